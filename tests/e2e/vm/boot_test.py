#!/usr/bin/python3
"""A measured boot: boot_test.py [--all-steps]. A machine boots through firmware, shim, GRUB and kernel, everything that it has measured must
replay to what its TPM has, and its agent must enrol and report; with --all-steps also without Secure Boot, and with one thing after
another altered. Programs are taken from $ASSAY_BUILD_DIR, as scripts/lab.py does."""

import argparse
import os
import pathlib
import subprocess
import sys

from boot_changes import OPEN_STEPS, SECURE_STEPS, BootChanges
from lab_machine import TOP
from measured_machine import MeasuredMachine
from steps import Progress, problems_of

LEAST_STEPS = ["boot as signed"]


def make_disk(build):
    """The guest with this build's agent; Debian's kernel and boot loaders are fetched once for all builds."""
    disk = build / "vm-disk"
    subprocess.run([pathlib.Path(__file__).parent / "make-disk", TOP / "build/vm", disk, build / "assay-agent"], check=True)
    return disk


def check(secure_boot, names, disk, progress):
    name = "boot-secure" if secure_boot else "boot-open"
    progress.say(f"{name}: Secure Boot {'on' if secure_boot else 'off'}")
    machine = MeasuredMachine(name, disk, secure_boot)
    try:
        machine.start_collector()
        problems = problems_of(names, BootChanges(machine).step, progress)
    finally:
        machine.close()
    progress.say(f"{name}: {len(problems)} problems; what the machine left is in {machine.run_dir}")
    return problems


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--all-steps", action="store_true")
    all_steps, progress = parser.parse_args().all_steps, Progress()
    disk = make_disk(pathlib.Path(os.environ.get("ASSAY_BUILD_DIR", TOP / "build/dev")))
    progress.say("the disk is made")
    problems = check(True, list(SECURE_STEPS) if all_steps else LEAST_STEPS, disk, progress)
    if all_steps:
        problems += check(False, list(OPEN_STEPS), disk, progress)
    for problem in problems:
        print(f"FAILED: {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
