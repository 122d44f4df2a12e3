#!/usr/bin/python3
"""measurements.py itself, on a boot of three IMA entries: what replays is no problem, and each thing that is altered in it is named."""

import hashlib
import struct
import unittest

from measurements import BOOT_PCRS, IMA_PCR, PCRS, SIZES, Measured


def field(data):
    return struct.pack("<I", len(data)) + data


def entry(path, content, violation=False):
    """By the template ima-ng (Documentation/security/IMA-templates)."""
    template = field(b"sha256:\0" + (bytes(32) if violation else hashlib.sha256(content).digest())) + field(path + b"\0")
    digest = bytes(20) if violation else hashlib.sha1(template).digest()
    return struct.pack("<I", IMA_PCR) + digest + field(b"ima-ng") + field(template), template, digest


ENTRIES = [entry(b"boot_aggregate", b"boot"), entry(b"/sbin/init", b"init"), entry(b"/var/log/x", b"", violation=True)]


def extended(bank, count):
    value = bytes(SIZES[bank])
    for _, template, digest in ENTRIES[:count]:
        measured = {"sha1": digest, "sha256": hashlib.sha256(template).digest(), "sha384": digest + bytes(28)}[bank]
        value = hashlib.new(bank, value + (measured if any(digest) else b"\xff" * SIZES[bank])).digest()
    return value.hex()


def boot(entries=len(ENTRIES)):
    """As the TPM has it after so many entries, and the list after all of them."""
    values = {bank: {index: hashlib.new(bank, bytes([index])).hexdigest() for index in BOOT_PCRS} for bank in SIZES}
    log = {"flaws": [], "events": [{"pcr": 8, "data": {"text": {"kind": "kernel_command_line", "text": "/vmlinuz"}}}],
           "pcrs": {bank: {str(index): value for index, value in of.items()} for bank, of in values.items()}}
    for bank, of in values.items():
        of[IMA_PCR] = extended(bank, entries)
        of |= {index: bytes(SIZES[bank]).hex() for index in (11, 12, 13, 15, 16, 23)}
        of |= {index: "ff" * SIZES[bank] for index in range(17, 23)}
    return Measured(values, log, b"".join(data for data, _, _ in ENTRIES))


class Replays(unittest.TestCase):
    def test_what_replays_is_no_problem_even_when_the_list_has_grown_since(self):
        for entries in range(len(ENTRIES) + 1):
            self.assertEqual(boot(entries).problems(), [])

    def test_a_pcr_that_is_not_what_the_log_gives_is_named_with_its_bank(self):
        for bank in SIZES:
            for index in range(PCRS):
                measured = boot()
                measured.pcrs[bank][index] = hashlib.new(bank, b"another").hexdigest()
                (problem,) = measured.problems()
                self.assertTrue(problem.startswith(f"{bank} PCR {index}:"), problem)

    def test_a_pcr_that_is_not_in_the_log_is_named(self):
        for index in BOOT_PCRS:
            measured = boot()
            del measured.log["pcrs"]["sha256"][str(index)]
            measured.pcrs["sha256"][index] = bytes(32).hex()
            self.assertEqual(len(measured.problems()), 1)

    def test_an_entry_altered_or_left_out_is_seen_in_every_bank(self):
        altered = boot()
        altered.list = altered.list.replace(b"/sbin/init", b"/sbin/inix")
        self.assertEqual(len(altered.problems()), 2)  # the sha384 bank has what the entry says of itself
        cut = boot()
        cut.list = b"".join(data for data, _, _ in ENTRIES[1:])
        self.assertEqual(len(cut.problems()), 3)

    def test_a_flaw_of_the_log_and_a_bank_that_lacks_are_problems(self):
        flawed = boot()
        flawed.log["flaws"].append({"flaw": "x"})
        self.assertEqual(len(flawed.problems()), 1)
        lacking = boot()
        del lacking.pcrs["sha384"]
        self.assertEqual(len(lacking.problems()), 1)

    def test_boots_differ_in_the_pcrs_that_differ_in_any_bank(self):
        other = boot()
        self.assertEqual(boot().differs_in(other), set())
        other.pcrs["sha384"][4] = ""
        other.pcrs["sha1"][14] = ""
        other.pcrs["sha1"][IMA_PCR] = ""
        self.assertEqual(boot().differs_in(other), {4, 14})

    def test_events_and_files_are_found_by_what_they_say(self):
        self.assertEqual(len(boot().events("kernel_command_line", "vmlinuz")), 1)
        self.assertEqual(boot().events("kernel_command_line", "another"), [])
        self.assertEqual(boot().file_digests("/sbin/init"), ["sha256:" + hashlib.sha256(b"init").hexdigest()])
        self.assertEqual(boot().file_digests("/sbin"), [])


if __name__ == "__main__":
    unittest.main()
