"""A small lab on this machine: TPMs in software, a collector, agents. scripts/demo and the end-to-end tests use it.

Everything lives below one directory; every process started here is stopped by close(). Ports are free ones of the loopback
interface. PCRs of the TPMs are extended with values made for the lab: no firmware runs here, and all-zero PCRs are refused.
"""

import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time

TOP = pathlib.Path(__file__).resolve().parent.parent


class LabError(Exception):
    """A command of the lab did not do what it had to."""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def takes_connections(path):
    """Whether a server listens on the Unix socket. Its name is there from bind(2) on, before it does; the kernel's list tells (proc(5),
    __SO_ACCEPTCON)."""
    with open("/proc/net/unix", encoding="utf-8", errors="replace") as sockets:
        return any(line.split()[3] == "00010000" and line.rstrip("\n").endswith(f" {path}") for line in sockets)


def wait_for(what, condition, seconds=30.0):
    """Polls condition() until it is true; a LabError names what did not happen."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise LabError(f"{what}: did not happen within {seconds:g} s")


class Tpm:
    """A swtpm with EK certificates of the lab's CA, listening on a unix socket."""

    def __init__(self, lab, name, ca="ca", **identity):
        self.dir = lab.dir / "tpm" / name
        args = [a for key, value in identity.items() for a in (f"--{key}", value)]
        lab.run([TOP / "scripts/make-tpm", self.dir, "--ca", lab.dir / ca, *args])
        self.lab, self.name, self.process = lab, name, None
        self.socket = self.dir / "s"
        self.tcti = f"swtpm:path={self.socket}"
        self.start()

    def start(self):
        """Powers it on and extends PCR 0-7 and 14 with the lab's values: a cold boot."""
        for stale in (self.socket, pathlib.Path(f"{self.socket}.ctrl")):
            stale.unlink(missing_ok=True)
        command = ["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={self.dir}", "--flags", "not-need-init,startup-clear",
                   "--server", f"type=unixio,path={self.socket}", "--ctrl", f"type=unixio,path={self.socket}.ctrl"]

        def listens():
            # swtpm_setup's own swtpm may hold the state's lock a moment longer: one that ended over it is started again.
            if self.process is None or self.process.poll() is not None:
                self.process = self.lab.spawn(f"tpm-{self.name}", command)
            return takes_connections(self.socket)

        self.process = None
        wait_for(f"swtpm {self.name}", listens)
        for pcr in (0, 1, 2, 3, 4, 5, 6, 7, 14):
            value = f"lab boot of {self.name}, PCR {pcr}".encode()
            digests = ",".join(f"{alg}={hashlib.new(alg, value).hexdigest()}" for alg in ("sha1", "sha256", "sha384"))
            self.tool("tpm2_pcrextend", f"{pcr}:{digests}")

    def power_cycle(self):
        self.tool("tpm2_shutdown", "-c")
        self.lab.stop(self.process)
        self.start()

    def tool(self, *command):
        return self.lab.run(command, env={"TPM2TOOLS_TCTI": self.tcti})


class Agent:
    """One device: its agent's configuration, state directory and TPM; root is a captured tree, or None for this machine."""

    def __init__(self, lab, name, tpm, root=None):
        self.lab, self.name, self.tpm, self.root = lab, name, tpm, root
        self.dir = lab.dir / "agents" / name
        self.dir.mkdir(parents=True)
        self.config = self.dir / "agent.toml"
        text = (lab.collector_dir / "agent.toml").read_text()
        text = lab.set_key(text, "state_dir", str(self.dir / "state"))
        text = lab.set_key(text, "tcti", tpm.tcti)
        self.config.write_text(text)
        self.config.chmod(0o600)
        self.process = None

    def args(self, *command):
        root = ["--root", str(self.root)] if self.root else []
        return [self.lab.program("assay-agent"), *command, "--config", str(self.config), *root]

    def report(self):
        """Reports once, and returns what the agent printed."""
        return self.lab.run(self.args("report", "--once"))

    def start(self):
        self.process = self.lab.spawn(f"agent-{self.name}", self.args("run"))


class Lab:
    def __init__(self, directory, build=None):
        """Programs of the preset `build`, else of $ASSAY_BUILD_DIR, else of build/dev; a relative directory is below its lab/."""
        self.build = TOP / "build" / build if build else pathlib.Path(os.environ.get("ASSAY_BUILD_DIR", TOP / "build/dev"))
        self.dir = self.build / "lab" / directory
        shutil.rmtree(self.dir, ignore_errors=True)
        self.dir.mkdir(parents=True, mode=0o700)
        self.collector_dir = self.dir / "collector"
        self.processes = []
        self.collector = None

    def program(self, name):
        return str(self.build / name)

    def run(self, command, env=None, ok=(0,), text=None):
        """Runs a command to its end and returns its standard output; another exit code than ok is a LabError."""
        command = [str(c) for c in command]
        done = subprocess.run(command, env={**os.environ, **(env or {})}, input=text, capture_output=True, text=True,
                              errors="replace", timeout=120)
        if done.returncode not in ok:
            raise LabError(f"{' '.join(command)}\nexit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def spawn(self, name, command):
        """Starts a process whose output goes to logs/NAME.log."""
        (self.dir / "logs").mkdir(exist_ok=True)
        with open(self.dir / "logs" / f"{name}.log", "ab") as log:
            process = subprocess.Popen([str(c) for c in command], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.processes.append(process)
        return process

    def stop(self, process, sig=signal.SIGTERM):
        if process.poll() is None:
            process.send_signal(sig)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if process in self.processes:
            self.processes.remove(process)

    def close(self):
        for process in reversed(list(self.processes)):
            self.stop(process)

    def log(self, name):
        path = self.dir / "logs" / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    @staticmethod
    def set_key(text, key, value):
        """Sets `key = ...` of a TOML text; a commented-out key is put into force. The key must be there."""
        shown = value if isinstance(value, int) else json.dumps(value)
        changed, count = re.subn(rf"(?m)^#?\s*{re.escape(key)}\s*=.*$", lambda _: f"{key} = {shown}", text, count=1)
        if count != 1:
            raise LabError(f"no key {key} in the configuration")
        return changed

    def init_collector(self, **keys):
        """assay-collector init, with two free ports; keys are set in collector.toml."""
        self.device_port, self.operator_port = free_port(), free_port()
        self.run([self.program("assay-collector"), "init", self.collector_dir, "--name", "localhost", "--device-port", self.device_port,
                  "--operator-port", self.operator_port])
        config = self.collector_dir / "collector.toml"
        text = config.read_text()
        for key, value in keys.items():
            text = self.set_key(text, key, value)
        config.write_text(text)

    def start_collector(self, processor=None):
        """Starts it, on one processor alone where that is given."""
        pinned = [] if processor is None else ["taskset", "--cpu-list", processor]
        self.collector = self.spawn(
            "collector", [*pinned, self.program("assay-collector"), "run", "--config", self.collector_dir / "collector.toml"])

        def answers():
            if self.collector.poll() is not None:
                raise LabError("the collector ended:\n" + self.log("collector"))
            with socket.socket() as s:
                return s.connect_ex(("127.0.0.1", self.operator_port)) == 0

        wait_for("the collector listens", answers)

    def fleet(self, *args):
        """assay_fleet (tests/e2e/fleet) against the collector: what it did, as it says; its progress goes to standard error."""
        token = self.dir / "join.token"
        token.write_text(re.search(r'(?m)^join_token = "(.*)"', (self.collector_dir / "agent.toml").read_text())[1])
        token.chmod(0o600)
        done = subprocess.run(
            [self.program("assay_fleet"), "--devices-url", f"https://localhost:{self.device_port}",
             "--operators-url", f"https://localhost:{self.operator_port}", "--ca", str(self.collector_dir / "ca.pem"),
             "--join-token-file", str(token), "--operator-token-file", str(self.collector_dir / "operator.token"),
             *[str(a) for a in args]], stdout=subprocess.PIPE, text=True, timeout=900)
        if done.returncode != 0:
            raise LabError(f"assay_fleet: exit {done.returncode}")
        return json.loads(done.stdout)

    def assay(self, *args, ok=(0,)):
        return self.run([self.program("assay"), "--config", self.collector_dir / "assay.toml", *args], ok=ok)

    def assay_json(self, *args):
        return json.loads(self.assay(*args, "--json"))
