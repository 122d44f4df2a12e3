#!/usr/bin/python3
"""The services as installed from the packages, in a virtual machine: services_test.py WORK, with WORK/image and WORK/tpm. What
is checked is guest/first-hour, which runs inside; this shows its steps and fails where it fails."""

import pathlib
import sys

from virtual_machine import VirtualMachine


def main():
    work = pathlib.Path(sys.argv[1])
    machine = VirtualMachine(work / "image", work / "tpm", work / "run")
    machine.put(pathlib.Path(__file__).parent / "guest/first-hour", "run")
    machine.put(work / "ca/issuercert.pem")
    machine.put(work / "ca/swtpm-localca-rootca-cert.pem")
    code, out, err, seconds = machine.boot(timeout=900)
    print(out, end="")
    if code != 0:
        print(err, file=sys.stderr)
        print(f"failed; the journal is in {machine.run_dir}/share/out/journal.txt", file=sys.stderr)
    steps = out.count("ok: ")
    print(f"{seconds:.0f} s\n{steps} passed, {1 if code else 0} failed")
    return code


if __name__ == "__main__":
    sys.exit(main())
