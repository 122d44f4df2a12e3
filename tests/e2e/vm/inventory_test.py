#!/usr/bin/python3
"""The agent's inventory in a virtual machine: inventory_test.py MACHINE [--all-steps], with a MACHINE of machines.py. Everything that the usual tools list there, and what QEMU was told to emulate, must be in the inventory; what
comes and goes must be seen by the running agent, and what is hidden must be seen for what it is. Without --all-steps the
steps are the least that shows each kind, and other tests may run beside this one: the agent is given longer to see them. Programs are taken from $ASSAY_BUILD_DIR, as scripts/lab.py does."""

import argparse
import os
import pathlib
import subprocess
import sys

from changes import ALL_STEPS, LEAST_STEPS, SEEN_BESIDE_OTHERS, SEEN_WITHIN, Changes
from hardware_machine import HardwareMachine
from lab_machine import TOP
from listing_check import Listing, print_rows
from machines import MACHINES
from steps import Progress, problems_of

import option_rom


def check_listing(lab_machine):
    """Problems of the machine as it booted, with the table of what was compared."""
    listing = Listing(lab_machine.list_hardware("listing"))
    rows = [*listing.rows(), listing.told(lab_machine.vm.command(), lab_machine.machine)]
    print_rows(rows)
    problems = [problem for row in rows for problem in row.problems]
    # Everything is readable in this guest, and every tool has something to list.
    problems += [f"{row.tool} listed nothing" for row in rows if not row.listed]
    return problems + [f"source {note}" for note in rows[0].notes]


def check_changes(lab_machine, all_steps, progress):
    lab_machine.start_agent()
    progress.say(f"the agent runs and has reported {len(lab_machine.components())} components")
    names, within = (ALL_STEPS, SEEN_WITHIN) if all_steps else (LEAST_STEPS, SEEN_BESIDE_OTHERS)
    return problems_of(names, Changes(lab_machine, within).step, progress)


def make_boot(build):
    """The guest with this build's agent; Debian's kernel is fetched once for all builds."""
    boot = build / "vm-boot"
    subprocess.run([pathlib.Path(__file__).parent / "make-initrd", TOP / "build/vm", boot, build / "assay-agent"], check=True)
    return boot


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("machine", choices=MACHINES)
    parser.add_argument("--all-steps", action="store_true")
    arguments = parser.parse_args()
    machine, progress = MACHINES[arguments.machine], Progress()
    progress.say(f"{arguments.machine}: {machine.about}")
    boot = make_boot(pathlib.Path(os.environ.get("ASSAY_BUILD_DIR", TOP / "build/dev")))
    lab_machine = HardwareMachine(arguments.machine, machine, boot)
    try:
        progress.say("the guest's system is made")
        lab_machine.start()
        progress.say(f"booted, {lab_machine.uptime():.0f} s by the guest's clock")
        problems = check_listing(lab_machine)
        progress.say("listed and compared")
        problems += option_rom.problems(lab_machine)
        progress.say("an option ROM was read and hashed")
        problems += check_changes(lab_machine, arguments.all_steps, progress)
    finally:
        lab_machine.close()
    progress.say(f"{arguments.machine}: {len(problems)} problems; what the machine left is in {lab_machine.run_dir}")
    for problem in problems:
        print(f"FAILED: {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
