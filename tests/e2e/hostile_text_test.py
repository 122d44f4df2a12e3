#!/usr/bin/python3
"""Devices whose every string is markup, a control or direction character, the start of a formula or endless (tests/e2e/fleet),
and people's words of that kind: what the collector refuses at its door, and what `assay` shows of the rest."""

import csv
import io
import json
import os
import pathlib
import pty
import re
import subprocess
import sys
import tempfile
import unicodedata
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "scripts"))
from lab import TOP, Lab, LabError  # noqa: E402

# Colours are the only escape sequences that `assay` itself writes, and only to a terminal.
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# Formats, controls, separators of lines and paragraphs: whatever Unicode says acts instead of being seen.
ACTING = {"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"}
FORMULA = tuple("=+-@\t\r")
WORDS = ["<img src=x onerror=window.hostile=1>", "=cmd|' /C calc'!A0", "+1+2", "-2+3", "@SUM(1)", "javascript:alert(1)"]


def acting(text):
    return sorted({f"U+{ord(c):04X}" for c in text if unicodedata.category(c) in ACTING and c != "\n"})


class HostileText(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = Lab("hostile-text")
        cls.addClassCleanup(cls.lab.close)
        cls.lab.init_collector(packs=[str(TOP / "policy/packs")], interval_s=3600)
        cls.lab.start_collector()
        cls.told = cls.lab.fleet("--hostile")
        cls.ids = [d["id"] for d in cls.told["devices"]]
        cls.words_of_people()

    @classmethod
    def words_of_people(cls):
        """Sites, roles, names of imports and notes that people give."""
        source = next(d["id"] for d in cls.told["devices"] if d["attack"] == "formula")
        scan = cls.lab.dir / "scan.json"
        scan.write_text(json.dumps(cls.ask(f"/v1/devices/{source}/inventory"), ensure_ascii=False))
        for device, word in zip(cls.ids, WORDS):
            cls.lab.assay("devices", device, f"--set-site={word}", f"--set-role={word}")
            cls.lab.assay("import", "inventory", scan, f"--name={word}", f"--site={word}")
        for waiting in cls.lab.assay_json("enrolments", "--state", "waiting")["items"]:
            cls.lab.assay("enrolments", "approve", waiting["device"], f"--note={WORDS[1]}")
        items = cls.lab.assay_json("worklist")["items"]
        for item, word in zip(items, WORDS * len(items)):
            cls.lab.assay("worklist", item["id"], "note", f"--note={word}")
            cls.lab.assay("worklist", item["id"], "confirm", f"--note={word}")
        cls.item = str(items[0]["id"])

    @classmethod
    def ask(cls, path):
        """The API itself, as JSON: what the CLI's own formats are compared with."""
        token = (cls.lab.collector_dir / "operator.token").read_text().strip()
        with tempfile.NamedTemporaryFile("w", suffix=".curl") as config:
            config.write(f'header = "Authorization: Bearer {token}"\n')
            config.flush()
            return json.loads(cls.lab.run(["curl", "-sS", "--fail", "--config", config.name, "--cacert",
                                           cls.lab.collector_dir / "ca.pem", f"https://localhost:{cls.lab.operator_port}{path}"]))

    def commands(self):
        yield ["overview"]
        for one in ("devices", "components", "findings", "conflicts", "unknown", "enrolments", "packs", "attempts"):
            yield [one]
        yield from (["findings", "--why"], ["trust", "list"], ["worklist", "--all"], ["worklist", self.item])
        for device in self.ids:
            yield from (["devices", device], ["devices", device, "--why"], ["components", "--device", device])

    def output(self, *args):
        """The bytes as they come, decoded strictly; nothing translated."""
        command = [self.lab.program("assay"), "--config", str(self.lab.collector_dir / "assay.toml"), *args]
        done = subprocess.run(command, capture_output=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.decode("utf-8", "strict") + done.stderr.decode("utf-8", "strict")

    def test_1_control_characters_are_refused_at_the_door_wherever_they_stand(self):
        refused = self.told["refused"]
        self.assertEqual({r["where"] for r in refused}, {"enrolment", "statement", "inventory", "placement", "firmware manifest", "modules"})
        for one in refused:
            self.assertIn("holds a control character", one["what"])
        for word in ("a\x1b[2J", "\u202eexe", "\u009b31m", "two\nlines"):
            for flag in ("--set-site", "--set-role"):
                with self.assertRaises(LabError, msg=repr(word)) as said:
                    self.lab.assay("devices", self.ids[0], f"{flag}={word}")
                self.assertIn("control character", str(said.exception))
            with self.assertRaises(LabError, msg=repr(word)):
                self.lab.assay("worklist", self.item, "note", f"--note={word}")

    def test_2_the_rest_is_taken_and_kept_as_it_was_said(self):
        kept = json.dumps([self.ask(f"/v1/devices/{d}/inventory") for d in self.ids], ensure_ascii=False)
        for part in ("onerror=window.hostile=1", "\u202egnp.exe", "\u009b31m", "=cmd|' /C calc'!A0"):
            self.assertIn(part, kept)

    def test_3_no_acting_character_reaches_a_terminal_in_any_format(self):
        for command in self.commands():
            for form in ([], ["--json"], ["--csv"]):
                if form == ["--csv"] and (len(command) > 1 and command[0] in ("devices", "worklist") and command[1] != "--all"):
                    continue
                text = self.output(*command, *form)
                self.assertEqual(acting(text.replace("\r\n", "\n") if form == ["--csv"] else text), [], (command, form))

    def test_4_on_a_terminal_only_colours_are_added(self):
        for command in (["devices"], ["findings"], ["worklist", "--all"], ["devices", self.ids[1], "--why"]):
            master, slave = pty.openpty()
            environment = {**os.environ, "TERM": "xterm-256color"}
            environment.pop("NO_COLOR", None)
            process = subprocess.Popen([self.lab.program("assay"), "--config", str(self.lab.collector_dir / "assay.toml"), *command],
                                       stdout=slave, stderr=slave, stdin=slave, env=environment)
            os.close(slave)
            raw = b""
            try:
                while piece := os.read(master, 65536):
                    raw += piece
            except OSError:  # the other end is closed
                pass
            os.close(master)
            self.assertEqual(process.wait(), 0)
            text = raw.decode("utf-8", "strict")
            self.assertRegex(text, COLOUR, command)
            self.assertEqual(acting(COLOUR.sub("", text).replace("\r\n", "\n")), [], command)

    def test_5_no_cell_of_a_csv_starts_a_formula_and_none_breaks_out(self):
        quoted = 0
        for command in self.commands():
            if command[0] == "overview" or (len(command) > 1 and command[1] not in ("--all", "--device", "list")):
                continue
            text = self.output(*command, "--csv")
            rows = list(csv.reader(io.StringIO(text, newline="")))
            self.assertGreater(len(rows), 0, command)
            self.assertEqual({len(r) for r in rows}, {len(rows[0])}, command)
            for cell in (c for row in rows for c in row):
                self.assertFalse(cell.startswith(FORMULA), (command, cell))
                quoted += cell.startswith("'=")
        self.assertGreater(quoted, 0, "no formula came through: the test tests nothing")

    def test_6_json_escapes_and_loses_nothing(self):
        shown = {d["id"]: d["host"] for d in self.lab.assay_json("devices")["items"]}
        said = {d["id"]: d["host"] for d in self.ask("/v1/devices")["items"]}
        self.assertEqual(shown, said)
        self.assertTrue(any(acting(w) or "\\u{" in w for h in said.values() for w in h.values()))


if __name__ == "__main__":
    unittest.main(verbosity=2)
