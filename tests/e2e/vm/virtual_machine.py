"""One boot of a virtual machine, without KVM: QEMU's q35, optionally a TPM in software behind tpm-crb, no network but
what `arguments` say. Files go in and out through a shared directory."""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent.parent / "scripts"))
from lab import takes_connections  # noqa: E402

KERNEL_LINE = "console=ttyS0,115200 mitigations=off random.trust_cpu=on panic=-1 loglevel=4 net.ifnames=0"


def kernel(boot):
    """Arguments that boot its vmlinuz and initrd.img without a boot loader."""
    return ["-kernel", f"{boot}/vmlinuz", "-initrd", f"{boot}/initrd.img", "-append", KERNEL_LINE]


class VirtualMachine:
    """`tpm` is as scripts/make-tpm leaves it; `run_dir` is made anew. What is started again is the same machine: its TPM, and what
    `arguments` keep in files, are as it left them."""

    SOCKETS = ("tpm.sock", "qmp.sock", "control.sock")  # of its processes

    def __init__(self, run_dir, tpm=None, arguments=()):
        self.run_dir, self.arguments = pathlib.Path(run_dir), list(arguments)
        self.has_tpm, self.processes = tpm is not None, []
        shutil.rmtree(self.run_dir, ignore_errors=True)
        for name in ("share/in", "share/out", "tpm"):
            (self.run_dir / name).mkdir(parents=True)
        if tpm:
            shutil.copytree(tpm, self.run_dir / "tpm", dirs_exist_ok=True, ignore=shutil.ignore_patterns("s", "s.ctrl"))

    def put(self, file, name=None):
        shutil.copy(file, self.run_dir / "share/in" / (name or pathlib.Path(file).name))

    def command(self):
        run = self.run_dir
        tpm = ["-chardev", f"socket,id=tpm,path={run}/tpm.sock", "-tpmdev", "emulator,id=tpm0,chardev=tpm",
               "-device", "tpm-crb,tpmdev=tpm0"]
        return [
            "qemu-system-x86_64", "-nodefaults", "-display", "none", "-no-reboot",
            "-machine", "q35", "-accel", "tcg", "-cpu", "max,la57=off", "-smp", "1", "-m", "1024", "-rtc", "base=utc",
            "-chardev", f"file,id=console,path={run}/console.txt", "-serial", "chardev:console",
            "-qmp", f"unix:{run}/qmp.sock,server=on,wait=off",
            *(tpm if self.has_tpm else []),
            "-virtfs", f"local,path={run}/share,mount_tag=share,security_model=none,id=share",
            *self.arguments,
        ]

    def spawn(self, name, command):
        with open(self.run_dir / f"{name}.log", "w") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.processes.append(process)
        return process

    def start(self, more_arguments=()):
        if self.has_tpm:
            self.spawn("swtpm", ["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={self.run_dir}/tpm", "--terminate",
                                 "--ctrl", f"type=unixio,path={self.run_dir}/tpm.sock"])
            self.appears("tpm.sock")
        self.qemu = self.spawn("qemu", [*self.command(), *more_arguments])

    def processor_seconds(self):
        """What this host's processors have spent on it since it was started."""
        stat = pathlib.Path(f"/proc/{self.qemu.pid}/stat").read_text().rpartition(")")[2].split()
        return sum(int(ticks) for ticks in stat[11:13]) / os.sysconf("SC_CLK_TCK")  # utime, stime

    def appears(self, name):
        """Waits for a socket of one of the processes started here."""
        path = self.run_dir / name
        while not takes_connections(path):
            time.sleep(0.05)
            ended = [p.args[0] for p in self.processes if p.poll() is not None]
            if ended:
                raise RuntimeError(f"{ended[0]} ended before there was {path}; see its log there")
        return str(path)

    def stop(self):
        for process in reversed(self.processes):
            process.terminate()
            process.wait()
        self.processes.clear()
        for name in self.SOCKETS:
            (self.run_dir / name).unlink(missing_ok=True)

    def run(self, timeout):
        """Boots, for a guest that runs share/in/run and powers off (guest/vm-run). Returns (exit code, stdout, stderr, seconds)."""
        started = time.monotonic()
        try:
            self.start()
            self.qemu.wait(timeout)
        finally:
            self.stop()
        out = self.run_dir / "share/out"
        if not (out / "exit").exists():
            raise RuntimeError(f"the guest did not finish; see {self.run_dir}/console.txt and qemu.log")
        return (int((out / "exit").read_text()), (out / "stdout").read_text(), (out / "stderr").read_text(),
                time.monotonic() - started)


class Monitor:
    """QEMU's monitor (QMP)."""

    def __init__(self, machine):
        path = machine.appears("qmp.sock")
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.socket.connect(path)
        self.stream = self.socket.makefile("rw")
        self.stream.readline()
        self.do("qmp_capabilities")

    def do(self, command, **arguments):
        self.stream.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.stream.flush()
        while True:
            answer = json.loads(self.stream.readline())
            if "error" in answer:
                raise RuntimeError(f"{command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]

    def tell(self, line):
        """A command of the monitor for people, and what it prints."""
        return self.do("human-monitor-command", **{"command-line": line})


class Guest:
    """The guest of make-guest, which runs what it is asked to (guest/init)."""

    # A port that no firmware and no boot loader takes for a console.
    ARGUMENTS = ("-chardev", "socket,id=control,path={run}/control.sock,server=on,wait=off",
                 "-device", "isa-serial,index=3,chardev=control")

    def __init__(self, machine):
        self.machine, self.asked = machine, 0
        path = machine.appears("control.sock")
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.stream = self.socket.makefile("rw")

    def answer(self, timeout):
        self.socket.settimeout(timeout)
        try:
            line = self.stream.readline()
        except TimeoutError:
            line = ""
        if not line:
            raise RuntimeError(f"the guest does not answer; see {self.machine.run_dir}/console.txt and qemu.log")
        return line.split()

    def wait_until_ready(self, timeout=300):
        said = self.answer(timeout)
        if said != ["ready"]:
            raise RuntimeError(f"the guest says {said} and not that it is ready")

    def ask(self, script):
        """Has the guest begin with a shell script, and returns the name by which it will say that it has ended."""
        self.asked += 1
        name = f"{self.asked:03}"
        self.stream.write(f"{name} {len(script.encode())}\n{script}")
        self.stream.flush()
        return name

    def run(self, script, ok=(0,), timeout=300):
        """Runs a shell script in the guest and returns its standard output; another exit code than ok is an error."""
        name = self.ask(script)
        said, code = self.answer(timeout)
        out = self.machine.run_dir / "share/out"
        if said != name or int(code) not in ok:
            raise RuntimeError(f"in the guest: {script}\nexit {code}\n{(out / (name + '.err')).read_text()}")
        return (out / f"{name}.out").read_text(errors="replace")

    def write(self, path, text):
        """Writes a file that its owner alone may read."""
        self.run(f"umask 077; mkdir -p $(dirname {path}); cat > {path} <<'END OF TEXT'\n{text}\nEND OF TEXT\n")

    def power_off(self, timeout=60):
        """As an orderly host does it: the disk is written, and the TPM told."""
        self.run("mount -o remount,ro /")
        self.ask("poweroff -f")
        self.machine.qemu.wait(timeout)
        self.machine.stop()
