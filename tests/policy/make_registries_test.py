#!/usr/bin/env python3
"""make-registries takes vendors and nothing else, leaves out what is nobody's, and gives the same bytes again."""

import importlib.machinery
import importlib.util
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = TOP / "scripts" / "make-registries"
SNAPSHOTS = TOP / "policy" / "registries"

sys.dont_write_bytecode = True
loader = importlib.machinery.SourceFileLoader("make_registries", str(SCRIPT))
make_registries = importlib.util.module_from_spec(importlib.util.spec_from_loader("make_registries", loader))
loader.exec_module(make_registries)

IDS = """#	Version: 2026.01.02
#	Date:    2026-01-02 03:04:05
0128  Dell (wrong ID)
8086  Intel Corporation
	1572  A device
		8086 0001  A subsystem
abcd  Two   blanks
fffe  VMWare Inc (temporary ID)
ffff  Illegal Vendor ID
C 00  Unclassified device
00ff  Not a vendor: after the classes
"""


class Reading(unittest.TestCase):
    def test_vendors_only_up_to_the_classes_without_what_is_nobodys(self):
        self.assertEqual(make_registries.vendors(IDS),
                         ("2026-01-02", {"8086": "Intel Corporation", "abcd": "Two blanks"}))

    def test_a_list_without_its_date_is_refused(self):
        with self.assertRaises(ValueError):
            make_registries.vendors(IDS.replace("Date:", "Day:"))

    def test_names_are_made_fit_to_be_shown_or_refused(self):
        self.assertEqual(make_registries.clean("\t Foo \u200b Bar "), "Foo Bar")
        for name in ["A\x1bB", "A" * 257]:
            with self.subTest(name), self.assertRaises(ValueError):
                make_registries.clean(name)

    def test_blocks_that_the_ieee_assigns_smaller_ones_of_and_groups_are_left_out(self):
        with tempfile.TemporaryDirectory() as place:
            data = pathlib.Path(place) / "usr/share/ieee-data"
            data.mkdir(parents=True)
            (data / ".lastupdate").write_text("1661558400", encoding="ascii")
            head = "Registry,Assignment,Organization Name,Organization Address\n"
            for file in ("mam.csv", "oui36.csv", "iab.csv"):
                (data / file).write_text(head, encoding="utf-8")
            (data / "oui.csv").write_text(
                head + "MA-L,70B3D5,IEEE Registration Authority,X\nMA-L,1100AA,Private,\nMA-L,080030,CERN,\n"
                "MA-L,080030,AN OTHER,\n", encoding="utf-8")
            date, _, _, _, holders = make_registries.make_oui(pathlib.Path(place))
            self.assertEqual((date, holders), ("2022-08-27", {"080030": "AN OTHER / CERN"}))


class WithTheData(unittest.TestCase):
    def check(self, directory):
        done = subprocess.run([SCRIPT, "--check", directory], capture_output=True, text=True, check=False)
        if done.returncode == 77:
            self.skipTest(done.stderr.strip())
        return done

    def test_the_snapshots_are_what_the_data_gives(self):
        done = self.check(SNAPSHOTS)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_changed_snapshot_is_noticed(self):
        with tempfile.TemporaryDirectory() as place:
            other = pathlib.Path(place) / "registries"
            shutil.copytree(SNAPSHOTS, other)
            text = (other / "pci.tsv").read_text(encoding="utf-8")
            (other / "pci.tsv").write_text(text.replace("\tIntel Corporation", "\tIntel"), encoding="utf-8")
            done = self.check(other)
            self.assertEqual(done.returncode, 1)
            self.assertIn("pci.tsv", done.stderr)


class Heads(unittest.TestCase):
    def test_each_snapshot_says_its_date_source_and_licence(self):
        for file in sorted(SNAPSHOTS.glob("*.tsv")):
            with self.subTest(file.name):
                head = file.read_text(encoding="utf-8").split("\n# ")[0]
                self.assertEqual([line.split("\t")[0] for line in head.splitlines()],
                                 ["assay-registry", "registry", "date", "source", "licence", "rows"])
        for name in ("pci", "usb"):
            self.assertIn("licence\tBSD-3-Clause\n", (SNAPSHOTS / (name + ".tsv")).read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
