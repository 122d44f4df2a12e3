#!/usr/bin/python3
"""The systemd units: units_test.py DIR with the units. systemd-analyze accepts them without a word about them, and rates their
sandboxes below a ceiling, so that a loosened one is noticed. That the programs run inside them is shown by scripts/test-vm."""

import pathlib
import re
import subprocess
import sys
import tempfile

# Exposure by `systemd-analyze security`, 0 (closed) to 10. The agent's five capabilities,
# root and the log of the kernel cost it its points.
CEILING = {"assay-agent.service": 4.0, "assay-collector.service": 1.3}


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def verified(unit):
    """The exit code, and the lines that name the unit: those about other units of this host say nothing about ours."""
    code, said = run("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(unit))
    return code, "\n".join(line for line in said.splitlines() if unit.name in line)


# What the agent reads besides /sys and /proc themselves: mounts of their own, of which a sandbox may show none.
READ_BY_AGENT = ("/sys/kernel/security", "/sys/firmware/efi/efivars")


def hidden(text):
    """The places among READ_BY_AGENT that a unit's own settings take away. ProtectKernelTunables= leaves them readable."""
    gone = re.findall(r"^(?:InaccessiblePaths|TemporaryFileSystem)=(.*)$", text, flags=re.M)
    paths = [p.lstrip("-+").partition(":")[0].rstrip("/") for line in gone for p in line.split()]
    return [place for place in READ_BY_AGENT for path in paths if (place + "/").startswith(path + "/")]


def check(unit, scratch):
    # The programs are not installed where this test runs: only their path is replaced.
    text = re.sub(r"^ExecStart=/usr/bin/assay-\w+", "ExecStart=/bin/true", unit.read_text(), flags=re.M)
    copy = scratch / unit.name
    copy.write_text(text)
    code, said = verified(copy)
    assert code == 0 and not said, f"{unit.name}: {said}"
    code, said = run("systemd-analyze", "security", "--offline=yes", "--no-pager", str(copy))
    exposure = float(re.search(r"exposure level for .*: ([\d.]+)", said).group(1))
    assert exposure <= CEILING[unit.name], f"{unit.name}: exposure {exposure}, the ceiling is {CEILING[unit.name]}"
    print(f"{unit.name}: accepted, exposure {exposure}")


def main():
    units = sorted(pathlib.Path(sys.argv[1]).glob("*.service"))
    assert {u.name for u in units} == set(CEILING)
    with tempfile.TemporaryDirectory() as scratch:
        for unit in units:
            check(unit, pathlib.Path(scratch))
        agent = (pathlib.Path(sys.argv[1]) / "assay-agent.service").read_text()
        assert not hidden(agent), f"assay-agent.service hides {hidden(agent)}"
        assert hidden(agent + "InaccessiblePaths=/proc/kcore -/sys/kernel\n") == ["/sys/kernel/security"]
        broken = pathlib.Path(scratch) / "broken.service"  # the check itself: a misspelt key is noticed
        broken.write_text("[Service]\nExecStart=/bin/true\nProtectSistem=yes\n")
        assert verified(broken)[1]


if __name__ == "__main__":
    main()
