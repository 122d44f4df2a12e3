#!/usr/bin/python3
"""The first hour of a new operator, without the demo: init, agents, trust, enrolments, findings, an import, own rules."""

import json
import pathlib
import stat
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "scripts"))
from lab import TOP, Agent, Lab, LabError, Tpm  # noqa: E402


class FirstHour(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = Lab("first-hour")
        cls.addClassCleanup(cls.lab.close)
        cls.lab.init_collector(packs=[str(TOP / "policy/packs")], interval_s=3600)
        cls.lab.start_collector()
        cls.tpm = Tpm(cls.lab, "one")

    def device(self, **wanted):
        items = self.lab.assay_json("devices")["items"]
        return next(d for d in items if all(d[k] == v for k, v in wanted.items()))

    def test_1_a_wrong_key_is_refused_with_its_place_and_the_nearest_right_one(self):
        wrong = self.lab.dir / "wrong.toml"
        wrong.write_text((self.lab.collector_dir / "collector.toml").read_text().replace("database =", "databse ="))
        with self.assertRaises(LabError) as refused:
            self.lab.run([self.lab.program("assay-collector"), "--check-config", "--config", wrong])
        self.assertRegex(str(refused.exception), r"exit 2")
        self.assertRegex(str(refused.exception), r"database: missing|databse: unknown key; did you mean .database.")
        agent = self.lab.dir / "agent-wrong.toml"
        agent.write_text((self.lab.collector_dir / "agent.toml").read_text().replace("url =", "urll ="))
        agent.chmod(0o600)
        with self.assertRaises(LabError) as refused:
            self.lab.run([self.lab.program("assay-agent"), "--check-config", "--config", agent])
        self.assertIn("exit 2", str(refused.exception))

    def test_2_init_overwrites_nothing_and_keeps_secrets_to_their_owner(self):
        before = (self.lab.collector_dir / "agent.toml").read_bytes()
        with self.assertRaises(LabError):
            self.lab.run([self.lab.program("assay-collector"), "init", self.lab.collector_dir, "--name", "localhost"])
        self.assertEqual(before, (self.lab.collector_dir / "agent.toml").read_bytes())
        for name in ("operator.token", "server.key", "ca.key", "evidence.key", "agent.toml"):
            self.assertEqual(stat.S_IMODE((self.lab.collector_dir / name).stat().st_mode), 0o600, name)

    def test_3_a_device_of_an_unknown_maker_waits_and_the_missing_ca_is_named(self):
        agent = Agent(self.lab, "one", self.tpm)
        agent.report()
        waiting = self.lab.assay_json("enrolments")["items"]
        self.assertEqual(len(waiting), 1)
        self.assertIn("swtpm-localca", json.dumps(waiting[0]))
        found = self.device(id=waiting[0]["device"])
        self.assertEqual(found["lifecycle"]["state"], "pending_review")
        self.lab.assay("enrolments", "approve", found["id"][:12], "--note", "checked against the order")
        self.assertEqual(self.device(id=found["id"])["lifecycle"]["state"], "active")
        why = self.lab.assay("devices", found["id"][:12], "--why")
        self.assertIn("passed", why)
        self.assertIn("not_appraised", why)

    def test_4_a_device_of_a_trusted_maker_is_active_at_once(self):
        for name in ("swtpm-localca-rootca-cert.pem", "issuercert.pem"):
            self.lab.assay("trust", "add", self.lab.dir / "ca" / name, "--note", "from the maker's site")
        self.assertGreaterEqual(len(self.lab.assay_json("trust", "list")["items"]), 2)
        agent = Agent(self.lab, "two", Tpm(self.lab, "two"))
        agent.report()
        state = json.loads((agent.dir / "state" / "state.json").read_text())
        self.assertEqual(self.device(id=state["device"])["lifecycle"]["state"], "active")

    def test_5_a_device_without_a_tpm_is_imported_and_declared(self):
        tree = self.lab.dir / "tree"
        self.lab.run([TOP / "scripts/make-demo-tree", TOP / "scripts/demo-trees/branch-cpe.toml", tree])
        scan = self.lab.dir / "scan.json"
        scan.write_text(self.lab.run([self.lab.program("assay-agent"), "scan", "--json", "--root", tree]))
        self.lab.assay("import", "inventory", scan, "--name", "cpe-7", "--site", "Springfield")
        found = self.device(name="cpe-7")
        self.assertEqual(found["origin"], "imported")
        findings = self.lab.assay_json("findings", "--device", found["id"], "--site", "Springfield")["items"]
        self.assertTrue(findings)
        self.assertEqual({f["proof"] for f in findings}, {"declared"})
        self.assertTrue(self.lab.assay_json("worklist", "--device", found["id"])["items"])
        offline = json.loads(self.lab.run([self.lab.program("assay"), "policy", "match", "--inventory", scan, "--json",
                                           *[a for p in sorted((TOP / "policy/packs").glob("*.toml")) for a in ("--pack", p)]]))
        self.assertIn("vendor_usb", json.dumps(offline))

    def test_6_every_reason_that_is_shown_can_be_explained(self):
        shown = set()
        for device in self.lab.assay_json("devices")["items"]:
            whole = self.lab.assay_json("devices", device["id"])
            shown |= {c["reason"] for c in whole["checks"] if c.get("reason")}
            shown |= {whole[axis]["reason"] for axis in ("lifecycle", "identity", "boot", "runtime", "freshness")}
        self.assertTrue(shown)
        for code in shown:
            self.assertTrue(self.lab.assay("explain", code).strip(), code)

    def test_7_tables_csv_and_json_hold_the_same_devices(self):
        items = self.lab.assay_json("devices")["items"]
        csv = self.lab.assay("devices", "--csv").splitlines()
        self.assertEqual(len(csv), len(items) + 1)
        table = self.lab.assay("devices")
        for device in items:
            self.assertIn(device["id"][:8], table)

    def test_8_without_a_token_or_with_a_wrong_one_nothing_is_said(self):
        wrong = self.lab.dir / "wrong.token"
        wrong.write_text("assay-op-" + "x" * 32 + "\n")
        wrong.chmod(0o600)
        with self.assertRaises(LabError) as refused:
            self.lab.assay("--token-file", wrong, "devices")
        self.assertIn("token", str(refused.exception))

    def collector(self, *args, ok=(0,)):
        """assay-collector, beside the one that runs."""
        return self.lab.run([self.lab.program("assay-collector"), *args, "--config", self.lab.collector_dir / "collector.toml"], ok=ok)

    def as_person(self, name):
        """What `assay` is given to speak as this person, whose token is made beside the running collector."""
        made = json.loads(self.collector("token", "add", name, "--days", "30", "--json"))
        file = self.lab.dir / f"{name}.token"
        file.write_text(made["token"] + "\n")
        file.chmod(0o600)
        return ["--token-file", file]

    def test_9_a_second_person_has_a_token_of_their_own_until_it_is_revoked(self):
        ann = self.as_person("ann")
        item = self.lab.assay_json("worklist", "--device", self.device(name="cpe-7")["id"])["items"][0]
        self.lab.assay(*ann, "worklist", item["id"], "confirm", "--note", "seen")
        self.lab.assay("worklist", item["id"], "note", "--note", "read")
        events = self.lab.assay_json("worklist", item["id"])["events"]
        self.assertEqual([e["actor"] for e in events if e["event"] in ("confirm", "note")], ["ann", "operator"])
        with self.assertRaises(LabError) as twice:
            self.collector("token", "add", "ann")
        self.assertIn("revoke it first", str(twice.exception))
        known = {t["name"]: t for t in json.loads(self.collector("token", "list", "--json"))["items"]}
        self.assertEqual((known["ann"]["state"], known["first"]["kind"]), ("usable", "join"))
        self.assertIsNotNone(known["ann"]["last_used_at"])
        self.collector("token", "revoke", "ann")
        with self.assertRaises(LabError) as refused:
            self.lab.assay(*ann, "devices")
        self.assertIn("revoked", str(refused.exception))
        self.assertRegex(self.collector("token", "list"), r"(?m)^operator +ann +revoked ")
        self.lab.assay("devices")

    def test_91_a_join_token_of_a_site_admits_as_many_devices_as_it_says(self):
        made = json.loads(self.collector("token", "add", "north", "--join", "--site", "North", "--uses", "1", "--json"))
        agents = [Agent(self.lab, name, Tpm(self.lab, name)) for name in ("three", "four")]
        for agent in agents:
            agent.config.write_text(self.lab.set_key(agent.config.read_text(), "join_token", made["token"]))
        agents[0].report()
        state = json.loads((agents[0].dir / "state" / "state.json").read_text())
        self.assertEqual(self.device(id=state["device"])["site"], "North")
        with self.assertRaises(LabError) as refused:
            agents[1].report()
        self.assertIn("join_token_used_up", str(refused.exception))


if __name__ == "__main__":
    unittest.main(verbosity=2)
