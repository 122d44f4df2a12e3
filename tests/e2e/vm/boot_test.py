#!/usr/bin/python3
"""A measured boot: boot_test.py GROUP... A machine boots through firmware, shim, GRUB and kernel, everything that it has measured must
replay to what its TPM has, and its agent must enrol and report; then one thing after another is altered. `least` is the first of that;
`secure` alters what boots with Secure Boot, `open` without, `runtime` what runs then. Two groups go on at a time: a machine without
KVM has one processor. Programs are taken from $ASSAY_BUILD_DIR, as scripts/lab.py does."""

import argparse
import concurrent.futures
import os
import pathlib
import subprocess
import sys

import runtime_changes
from boot_changes import BootChanges
from lab_machine import TOP
from measured_machine import MeasuredMachine
from runtime_changes import RuntimeChanges
from steps import Progress, problems_of

AT_A_TIME = 2
GROUPS = {  # (Secure Boot is on, whose steps, which)
    "least": (True, BootChanges, ["boot as signed"]),
    "secure": (True, BootChanges, ["boot as signed", "boot again", "kernel command line", "boot loader's configuration",
                                   "boot loader, refused"]),
    "open": (False, BootChanges, ["boot as signed", "boot loader", "device with an option ROM", "no event log"]),
    "runtime": (True, RuntimeChanges, list(runtime_changes.STEPS)),
}


def make_disk(build, groups):
    """The guest with this build's agent; Debian's kernel and boot loaders are fetched once for all builds."""
    disk = build / "vm-disk"
    programs = [build / "assay-agent"]
    if "runtime" in groups:
        programs += [build / "assay_impostor", "/usr/bin/openssl", "/usr/bin/tpm2"]
    subprocess.run([pathlib.Path(__file__).parent / "make-disk", TOP / "build/vm", disk, *programs], check=True)
    return disk


def check(group, disk, progress):
    secure_boot, changes, steps = GROUPS[group]
    progress.say(f"Secure Boot {'on' if secure_boot else 'off'}")
    machine = MeasuredMachine(f"boot-{group}", disk, secure_boot)
    try:
        machine.start_collector()
        problems = problems_of(steps, changes(machine).step, progress)
    finally:
        machine.close()
    progress.say(f"{len(problems)} problems; what the machine left is in {machine.run_dir}")
    return [f"{group}: {problem}" for problem in problems]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("groups", nargs="+", choices=GROUPS)
    groups, progress = parser.parse_args().groups, Progress()
    disk = make_disk(pathlib.Path(os.environ.get("ASSAY_BUILD_DIR", TOP / "build/dev")), groups)
    progress.say("the disk is made")
    with concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
        found = pool.map(lambda group: check(group, disk, progress.of(group)), groups)
    problems = [problem for of_group in found for problem in of_group]
    for problem in problems:
        print(f"FAILED: {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
