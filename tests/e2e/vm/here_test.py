#!/usr/bin/python3
"""The agent's inventory of this machine against the tools that list its hardware: here_test.py AGENT. What this machine has no tool
for, or has none of, and what the comparison does not know (it was made on other machines), is said and not compared; a machine where
nothing can be compared skips the test (exit 77). So does a difference, which is shown, unless ASSAY_HARDWARE=1 says that this machine's
hardware is what is tested: a change is not wrong because somebody built it on a machine that nobody had looked at."""

import os
import pathlib
import subprocess
import sys
import tempfile

from comparison import UNKNOWN
from listing_check import Listing, print_rows

SKIPPED = 77


def main():
    with tempfile.TemporaryDirectory(prefix="assay-hardware-") as directory:
        subprocess.run([pathlib.Path(__file__).parent / "guest/list-hardware", directory, sys.argv[1]], check=True)
        rows = Listing(directory).rows()
    for row in rows:
        row.notes += [problem for problem in row.problems if problem.endswith(UNKNOWN)]
        row.problems = [problem for problem in row.problems if not problem.endswith(UNKNOWN)]
    print_rows(rows)
    if not any(row.listed for row in rows[1:]):
        print("skipped: no tool lists any hardware of this machine")
        return SKIPPED
    if not any(row.problems for row in rows):
        return 0
    if os.environ.get("ASSAY_HARDWARE") == "1":
        return 1
    print("skipped: the inventory differs from what the tools list; ASSAY_HARDWARE=1 makes that a failure")
    return SKIPPED


if __name__ == "__main__":
    sys.exit(main())
