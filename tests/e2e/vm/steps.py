"""The steps of a test in a virtual machine: each is tried, its time and what it saw are shown, and one that fails is a problem of
the test without ending it."""

import time

from lab_machine import LabError


class StepFailed(Exception):
    """Something was not seen for what it is."""


def expect(holds, otherwise):
    if not holds:
        raise StepFailed(otherwise)


class Progress:
    def __init__(self, began=None, of=""):
        self.began, self.prefix = began or time.monotonic(), of and f"{of}: "

    def of(self, what):
        """That of a part, which begins each line with its name."""
        return Progress(self.began, what)

    def say(self, what):
        print(f"{time.monotonic() - self.began:6.1f} s  {self.prefix}{what}", flush=True)


def problems_of(names, step, progress):
    """Does step(name) of each name, which returns what was seen."""
    problems = []
    for name in names:
        try:
            progress.say(f"{name}: {step(name)}")
        except (StepFailed, LabError, RuntimeError) as failed:  # the last: of a script in the guest
            progress.say(f"{name}: FAILED: {failed}")
            problems.append(f"{name}: {failed}")
    return problems
