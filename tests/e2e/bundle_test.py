#!/usr/bin/python3
"""A report bundle from a running collector, of a device with a real TPM in software, checked by `assay verify` with nothing but the
file and pins, and by tools that know nothing of Assay: tar, sha256sum, openssl, tpm2_checkquote."""

import base64
import hashlib
import json
import pathlib
import shutil
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "scripts"))
from lab import TOP, Agent, Lab, LabError, Tpm  # noqa: E402


class ReportBundle(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = Lab("bundle")
        cls.addClassCleanup(cls.lab.close)
        cls.lab.init_collector(packs=[str(TOP / "policy/packs")], interval_s=3600)
        cls.lab.start_collector()
        cls.tpm = Tpm(cls.lab, "one")
        cls.vendor = cls.lab.dir / "ca" / "swtpm-localca-rootca-cert.pem"
        cls.pins = ["--ca", cls.vendor, "--collector", cls.lab.collector_dir / "ca.pem"]
        cls.lab.assay("trust", "add", cls.vendor)
        cls.lab.assay("trust", "add", cls.lab.dir / "ca" / "issuercert.pem")
        cls.agent = Agent(cls.lab, "one", cls.tpm)
        cls.agent.report()
        cls.device = cls.lab.assay_json("devices")["items"][0]["id"]
        cls.bundle = cls.lab.dir / "one.tar"
        cls.lab.assay("bundle", cls.device[:12], "--out", cls.bundle)
        cls.parts = cls.lab.dir / "parts"
        cls.parts.mkdir()
        cls.lab.run(["tar", "-xf", cls.bundle, "-C", cls.parts])

    def verify(self, bundle, *pins, ok=(0,)):
        """Without the collector's settings, as somebody else runs it."""
        said = self.lab.run([self.lab.program("assay"), "verify", bundle, *pins, "--json"], ok=ok)
        return json.loads(said) if said.startswith("{") else said

    def steps(self, verdict):
        return {step["step"]: step for step in verdict["steps"]}

    def test_1_every_step_holds_and_says_whose_word_it_is(self):
        verdict = self.verify(self.bundle, *self.pins)
        steps = self.steps(verdict)
        self.assertTrue(verdict["holds"])
        for step in ("bundle_signature", "ek_certificate", "device_id", "signature", "qualified_signer", "extra_data", "pcr_digest",
                     "documents", "pcr_not_zero", "policy_packs", "findings", "collector_agrees"):
            self.assertEqual((step, steps[step]["outcome"], steps[step]["basis"]), (step, "passed", "proven"))
        for step in ("credential_activation", "freshness", "counters"):
            self.assertEqual((step, steps[step]["basis"]), (step, "asserted by the collector"))
        known = self.lab.assay_json("findings", "--device", self.device)["items"]
        self.assertEqual(sorted(f["id"] for f in known), sorted(f["id"] for f in verdict["findings"]))
        table = self.lab.run([self.lab.program("assay"), "verify", self.bundle, *self.pins])
        self.assertIn("asserted by the collector; failed: 0", table)

    def test_2_pins_by_hash_prove_what_the_bundle_carries_and_no_pin_is_no_verdict(self):
        printed = self.lab.run(["openssl", "x509", "-in", self.lab.collector_dir / "ca.pem", "-noout", "-fingerprint", "-sha256"])
        steps = self.steps(self.verify(self.bundle, "--ca", self.lab.collector_dir / "ca.pem", "--collector", printed.strip().split("=")[1]))
        self.assertEqual(steps["bundle_signature"]["basis"], "proven")
        self.assertEqual(steps["ek_certificate"]["basis"], "asserted by the collector")
        self.verify(self.bundle, ok=(2,))
        self.verify(self.bundle, "--ca", "ab" * 32, ok=(1,))

    def test_3_other_tools_accept_the_same_parts(self):
        manifest = json.loads((self.parts / "manifest.json").read_text())
        for file in manifest["files"]:
            body = (self.parts / file["name"]).read_bytes()
            self.assertEqual((hashlib.sha256(body).hexdigest(), len(body)), (file["sha256"], file["size"]), file["name"])
        self.lab.run(["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", self.parts / "manifest.cms", "-content",
                      self.parts / "manifest.json", "-CAfile", self.lab.collector_dir / "ca.pem", "-out", "/dev/null"])
        extra = json.loads(self.lab.run([self.lab.program("assay"), "inspect", "quote", self.parts / "quote.bin"]))["extra_data"]
        key = json.loads((self.parts / "enrolment.json").read_text())["ak_public"]
        public = base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))
        whole = self.lab.dir / "ak.tpm2b"
        whole.write_bytes(len(public).to_bytes(2, "big") + public)
        pem = self.lab.dir / "ak.pem"
        pem.write_text(self.lab.run(["tpm2_print", "-t", "TPM2B_PUBLIC", "-f", "pem", whole]))
        self.lab.run(["tpm2_checkquote", "-u", pem, "-m", self.parts / "quote.bin", "-s", self.parts / "signature.bin", "-q", extra])

    def test_4_a_bundle_that_was_changed_is_refused_by_the_name_of_the_file(self):
        for name, change in (("statement.json", b" "), ("quote.bin", b"\0"), ("manifest.json", b" ")):
            changed = self.lab.dir / f"changed-{name}"
            shutil.copytree(self.parts, changed)
            with open(changed / name, "ab") as file:
                file.write(change)
            again = self.lab.dir / f"{name}.tar"
            self.lab.run(["tar", "--format=ustar", "-cf", again, "-C", changed, *sorted(p.name for p in changed.iterdir() if p.is_file())])
            with self.assertRaises(LabError) as refused:
                self.verify(again, *self.pins)
            self.assertIn(name if name != "manifest.json" else "manifest", str(refused.exception))

    def test_5_an_approval_is_kept_with_its_signature_and_travels_in_the_bundle(self):
        document = self.lab.dir / "reference.json"
        document.write_text(json.dumps({
            "format": "assay/boot-reference/1", "name": "Example", "firmware": {"maker": "A", "model": "B", "version": "C"},
            "bank": "sha256", "accepted": [{"pcr": 0, "rule": "value", "values": [{"value": "ab" * 32}]}]}))
        made = self.lab.assay_json("reference", "add", document)
        exact = self.lab.assay("reference", "show", made["sha256"][:12], "--document")
        self.assertEqual(hashlib.sha256(exact.encode()).hexdigest(), made["sha256"])
        text = self.lab.dir / "exact"
        text.write_text(exact)
        signature = self.lab.dir / "ann.cms"
        evidence = self.lab.collector_dir / "evidence"
        self.lab.run(["openssl", "cms", "-sign", "-binary", "-in", text, "-signer", f"{evidence}.pem", "-inkey", f"{evidence}.key",
                      "-outform", "DER", "-out", signature])
        other = self.lab.dir / "other.cms"
        self.lab.run(["openssl", "cms", "-sign", "-binary", "-in", document, "-signer", f"{evidence}.pem", "-inkey", f"{evidence}.key",
                      "-outform", "DER", "-out", other])
        with self.assertRaises(LabError) as refused:
            self.lab.assay("reference", "approve", made["sha256"][:12], "--note", "lab", "--signature", other)
        self.assertIn("signature", str(refused.exception))
        self.assertEqual(self.lab.assay_json("reference", "list")["items"][0]["state"], "draft")
        self.lab.assay("reference", "approve", made["sha256"][:12], "--note", "lab", "--signature", signature)
        kept = self.lab.assay_json("reference", "list")["items"][0]
        self.assertEqual((kept["state"], kept["signed_by"].startswith("CN=Assay evidence of")), ("approved", True))

    def test_6_a_bundle_is_written_to_a_new_file_alone_and_of_a_device_that_reported(self):
        with self.assertRaises(LabError):
            self.lab.assay("bundle", self.device[:12], "--out", self.bundle)
        with self.assertRaises(LabError) as refused:
            self.lab.assay("bundle", "f" * 64, "--out", self.lab.dir / "none.tar")
        self.assertIn("no device has the id", str(refused.exception))
        self.assertFalse((self.lab.dir / "none.tar").exists())


if __name__ == "__main__":
    unittest.main(verbosity=2)
