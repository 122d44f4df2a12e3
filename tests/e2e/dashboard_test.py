#!/usr/bin/python3
"""The dashboard in Debian's Chromium against a running collector (docs/DASHBOARD.md, Tests).

dashboard_test.py walk [NAME...]   every page and error state: real agents on software TPMs, hostile devices, an empty fleet first
dashboard_test.py fleet [NAME...]  lists, orders, searches and times over 10,000 simulated devices

NAMEs run only the tests whose names contain one of them. The steps in the browser are in dashboard/*.mjs; this sets up the lab
and does there what they ask for: stop the collector, let devices arrive, run `assay`."""

import base64
import hashlib
import http.server
import json
import os
import pathlib
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "scripts"))
from lab import TOP, Agent, Lab, LabError, Tpm, free_port  # noqa: E402

CHROMIUM = os.environ.get("ASSAY_CHROMIUM", "/usr/bin/chromium")
FLEET = int(os.environ.get("ASSAY_FLEET", "10000"))
OVERDUE = 120  # of the fleet: they report to a collector that wants the next report after a second


class Walk:
    def __init__(self, which):
        self.which = which
        self.lab = Lab(f"dashboard-{which}")
        self.control_port = free_port()

    def set_up(self):
        self.lab.init_collector(packs=[str(TOP / "policy/packs")], interval_s=1 if self.which == "fleet" else 3600)
        self.lab.start_collector()
        self.tokens = {"operator": (self.lab.collector_dir / "operator.token").read_text().strip()}
        for person in ("second", "leaver"):
            self.tokens[person] = self.token_add(person)
        if self.which == "fleet":
            self.simulated_fleet()

    def token_add(self, name):
        done = json.loads(self.lab.run([self.lab.program("assay-collector"), "token", "add", name, "--json",
                                        "--config", self.lab.collector_dir / "collector.toml"]))
        return done["token"]

    def simulated_fleet(self):
        """Some are overdue, because they came while every device had to report each second; the rest is of today."""
        start = time.monotonic()
        self.lab.fleet("--devices", OVERDUE)
        self.stop_collector()
        config = self.lab.collector_dir / "collector.toml"
        config.write_text(self.lab.set_key(config.read_text(), "interval_s", 86_400))
        self.lab.start_collector()
        self.lab.fleet("--first", OVERDUE, "--devices", FLEET - OVERDUE)
        print(f"{FLEET:,} simulated devices enrolled and reported in {time.monotonic() - start:.0f} s", flush=True)

    # The steps that the browser's side asks for.

    def stop_collector(self):
        self.lab.stop(self.lab.collector)
        return {}

    def start_collector(self):
        self.lab.start_collector()
        return {}

    def revoke(self, name):
        self.lab.run([self.lab.program("assay-collector"), "token", "revoke", name,
                      "--config", self.lab.collector_dir / "collector.toml"])
        return {}

    def assay(self, *args):
        """As bytes: a CSV's line ends stay what they are."""
        command = [self.lab.program("assay"), "--config", str(self.lab.collector_dir / "assay.toml"), *args]
        done = subprocess.run(command, capture_output=True, timeout=120, check=False)
        if done.returncode != 0:
            raise LabError(done.stderr.decode())
        return {"out": done.stdout.decode()}

    def arrive(self):
        """Three real agents on TPMs in software, two of them on captured trees; one is approved. An import. Hostile devices."""
        lab, agents = self.lab, {}
        for name, ca in (("this-machine", "ca"), ("aggregation-router", "ca"), ("branch-cpe", "ca-of-another-maker")):
            tree = None
            if name != "this-machine":
                tree = lab.dir / "trees" / name
                lab.run([TOP / "scripts/make-demo-tree", TOP / f"scripts/demo-trees/{name}.toml", tree])
            agents[name] = Agent(lab, name, Tpm(lab, name, ca=ca), tree)
            if name == "this-machine":
                for pem in ("swtpm-localca-rootca-cert.pem", "issuercert.pem"):
                    lab.assay("trust", "add", lab.dir / "ca" / pem, "--note", "TPM maker of the lab")
            agents[name].report()
        scan = lab.dir / "scan.json"
        scan.write_text(lab.run([lab.program("assay-agent"), "scan", "--json", "--root", lab.dir / "trees/branch-cpe"]))
        lab.assay("import", "inventory", scan, "--name", "cpe-in-the-shed", "--site", "Springfield")
        hostile = lab.fleet("--hostile")["devices"]
        for device, word in zip(hostile, ("<b>Site</b>", "=1+1", "\"><script>window.hostile=9</script>", "@SUM(1)")):
            lab.assay("devices", device["id"], f"--set-site={word}", f"--set-role={word}")
        ids = {name: json.loads((a.dir / "state/state.json").read_text())["device"] for name, a in agents.items()}
        lab.assay("devices", ids["aggregation-router"], "--set-site=Hauptstraße 7", "--set-role=aggregation router")
        return {"agents": ids, "hostile": hostile}

    def serve_control(self):
        walk = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                step = self.path.strip("/")
                args = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                try:
                    if step not in ("stop_collector", "start_collector", "revoke", "assay", "arrive"):
                        raise LabError(f"no step {step}")
                    status, answer = 200, json.dumps(getattr(walk, step)(*args)).encode()
                except (LabError, subprocess.SubprocessError, OSError) as problem:
                    status, answer = 500, str(problem).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", self.control_port), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def spki(self):
        """SHA-256 of the server's public key: the one key that the browser accepts."""
        key = self.lab.run(["openssl", "x509", "-in", self.lab.collector_dir / "server.pem", "-noout", "-pubkey"])
        der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=key.encode(), capture_output=True, check=True)
        return base64.b64encode(hashlib.sha256(der.stdout).digest()).decode()

    def run(self, names):
        self.set_up()
        self.serve_control()
        origin = f"https://localhost:{self.lab.operator_port}"
        setting = {
            "origin": origin, "api": origin, "ca": str(self.lab.collector_dir / "ca.pem"), "spki": self.spki(), "tokens": self.tokens,
            "shots": str(self.lab.build / "dashboard-shots"), "control": f"http://127.0.0.1:{self.control_port}",
            "chromium": CHROMIUM, "fleet": FLEET,
        }
        only = [f"--test-name-pattern={name}" for name in names]
        done = subprocess.run(["node", *only, HERE / f"dashboard/{self.which}.mjs"], check=False,
                              env={**os.environ, "WALK": json.dumps(setting), "NODE_NO_WARNINGS": "1"})
        if done.returncode != 0:
            print("the collector said last:\n" + "\n".join(self.lab.log("collector").splitlines()[-15:]))
        return done.returncode


def main():
    if len(sys.argv) < 2 or sys.argv[1] not in ("walk", "fleet"):
        print(__doc__, file=sys.stderr)
        return 2
    walk = Walk(sys.argv[1])
    try:
        return walk.run(sys.argv[2:])
    finally:
        walk.lab.close()


if __name__ == "__main__":
    sys.exit(main())
