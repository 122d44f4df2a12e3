#!/usr/bin/python3
"""The Debian packages: packages_test.py BUILD_DIR. Builds them with CPack, reads them, installs them into an empty root,
removes and purges them there. Installing enables nothing, removing leaves only state, purging leaves nothing. That the
services run from them is shown by scripts/test-vm."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

EXPECTED = {
    "assay-agent": {
        "usr/bin/assay-agent", "usr/lib/systemd/system/assay-agent.service", "usr/lib/tmpfiles.d/assay-agent.conf",
        "usr/share/man/man8/assay-agent.8", "usr/share/doc/assay-agent/copyright", "usr/share/doc/assay-agent/CHANGELOG.md",
        "usr/share/doc/assay-agent/agent.toml.example"},
    "assay-collector": {
        "usr/bin/assay-collector", "usr/lib/systemd/system/assay-collector.service",
        "usr/lib/tmpfiles.d/assay-collector.conf", "usr/lib/sysusers.d/assay-collector.conf",
        "usr/share/man/man8/assay-collector.8", "usr/share/doc/assay-collector/copyright",
        "usr/share/doc/assay-collector/CHANGELOG.md"},
    "assay": {"usr/bin/assay", "usr/share/man/man1/assay.1", "usr/share/doc/assay/copyright",
              "usr/share/doc/assay/CHANGELOG.md"},
}
DEPENDS = {"assay-agent": ["libtss2-tcti-device0", "libc6", "libstdc++6"], "assay-collector": ["libsqlite3-0", "assay"],
           "assay": ["libc6"]}


def run(*command, **options):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **options)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def build(build_dir, packages):
    run("cpack", "--config", build_dir / "CPackConfig.cmake", "-B", packages, cwd=packages)
    found = {re.match(r"([a-z-]+)_", p.name).group(1): p for p in packages.glob("*.deb")}
    assert set(found) == set(EXPECTED), found
    return found


def inspect(name, deb):
    files = set()
    for line in run("dpkg-deb", "--contents", deb).splitlines():
        mode, owner, _, _, _, path = line.split(None, 5)
        assert owner == "root/root", line
        assert mode[5] != "w" and mode[8] != "w", f"writable by others: {line}"
        assert "s" not in mode[1:], f"set-id: {line}"
        if not mode.startswith("d"):
            files.add(path.removeprefix("./"))
    packs = {f for f in files if f.startswith("usr/share/assay/packs/")}
    registries = {f for f in files if f.startswith("usr/share/assay/registries/")}
    assert files - packs - registries == EXPECTED[name], f"{name}: {(files - packs - registries) ^ EXPECTED[name]}"
    assert bool(packs) == (name == "assay"), f"{name}: packs {packs}"
    assert bool(registries) == (name == "assay"), f"{name}: registries {registries}"
    depends = run("dpkg-deb", "--field", deb, "Depends")
    assert all(d in re.split(r"[ ,|]+", depends) for d in DEPENDS[name]), f"{name} depends: {depends}"
    print(f"{name}: {deb.stat().st_size >> 10} KiB, {len(files)} files; {depends.strip()}")


def files_under(root, *parts):
    return {str(p.relative_to(root)) for part in parts for p in (root / part).rglob("*") if not p.is_dir()}


def install_and_remove(debs, root):
    for directory in ("var/lib/dpkg/info", "var/lib/dpkg/updates", "etc/systemd/system"):
        (root / directory).mkdir(parents=True)
    (root / "var/lib/dpkg/status").touch()
    # Maintainer scripts run from here with DPKG_ROOT, as they must: a real system is the business of scripts/test-vm.
    dpkg = ["dpkg", f"--root={root}", f"--log={root}/log", "--force-script-chrootless", "--force-depends", "--force-not-root"]
    run(*dpkg, "--install", *debs.values())
    assert (root / "usr/bin/assay-agent").is_file() and (root / "etc/assay").is_dir()
    assert "assay-collector" in (root / "etc/passwd").read_text()
    assert not files_under(root, "etc/systemd"), "a unit was enabled"
    assert (root / "var/lib/assay-collector").stat().st_mode & 0o777 == 0o700

    (root / "etc/assay/agent.toml").write_text("# the operator's\n")
    (root / "var/lib/assay-collector/store.sqlite").write_text("state")
    run(*dpkg, "--remove", *debs)
    assert not files_under(root, "usr"), f"left by removal: {files_under(root, 'usr')}"
    assert (root / "etc/assay/agent.toml").is_file() and (root / "var/lib/assay-collector/store.sqlite").is_file()

    run(*dpkg, "--purge", *debs)
    assert not (root / "etc/assay").exists() and not (root / "var/lib/assay-collector").exists()


def main():
    build_dir = pathlib.Path(sys.argv[1]).resolve()
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="assay-packages-"))
    try:
        (scratch / "packages").mkdir()
        debs = build(build_dir, scratch / "packages")
        for name, deb in sorted(debs.items()):
            inspect(name, deb)
        if os.geteuid() == 0:
            install_and_remove(debs, scratch / "root")
        else:
            print("not root: installing and removing is left out")
    finally:
        shutil.rmtree(scratch)


if __name__ == "__main__":
    main()
