"""A machine of machines.py, booted with the agent in it, and a collector on this host that it can reach: the way is one port of a
network of QEMU's own, which leads nowhere else."""

import sys
import pathlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent.parent / "scripts"))
from lab import TOP, Lab, LabError, wait_for  # noqa: E402,F401

import option_rom  # noqa: E402
import pci_identity  # noqa: E402
import usb_peer  # noqa: E402
from virtual_machine import Guest, Monitor, VirtualMachine  # noqa: E402

# The guest's clock counts instructions, at 500 million a second: how fast the agent is by it does not depend on what else this
# host does.
CLOCK = ("-icount", "shift=1")
WAY = "10.0.2.100:8443"  # of the network's inside
DISK_BYTES = 8 << 20
JOIN_NETWORK = """
for path in /sys/class/net/*; do
    [ "$(cat "$path/address")" = 52:54:00:aa:00:01 ] || continue
    ip addr add 10.0.2.15/24 dev "${path##*/}"
    ip link set "${path##*/}" up
done
"""


class LabMachine:
    def __init__(self, name, machine, boot):
        self.name, self.machine = name, machine
        self.lab = Lab(f"vm-{name}")
        self.run_dir = self.lab.dir / "vm"
        self.lab.init_collector(interval_s=3600, packs=[str(TOP / "policy/packs")])
        self.tpm = self.lab.dir / "tpm"
        self.lab.run([TOP / "scripts/make-tpm", self.tpm, "--ca", self.lab.dir / "ca"])
        self.vm = VirtualMachine(boot, self.run_dir, self.tpm, [a.replace("{run}", str(self.run_dir)) for a in self.arguments()])
        with open(self.run_dir / "disk.img", "wb") as disk:
            disk.truncate(DISK_BYTES)
        (self.run_dir / "rom.img").write_bytes(option_rom.made_rom())
        for index, identity in enumerate(machine.usb):
            usb_peer.listen(self.run_dir / f"usb{index}.sock", identity)
        (self.run_dir / "share/in/start").write_text(machine.start)

    def arguments(self):
        way = f"user,id=way,restrict=on,guestfwd=tcp:{WAY}-cmd:nc -N 127.0.0.1 {self.lab.device_port}"
        peers = []
        for index, _ in enumerate(self.machine.usb):
            peers += ["-chardev", f"socket,id=peer{index},path={{run}}/usb{index}.sock", "-device",
                      f"usb-redir,bus=xhci.0,chardev=peer{index}"]
        return ["-S", *CLOCK, *Guest.ARGUMENTS, "-netdev", way, *self.machine.arguments, *peers]

    def start(self):
        self.lab.start_collector()
        for name in ("swtpm-localca-rootca-cert.pem", "issuercert.pem"):
            self.lab.assay("trust", "add", self.lab.dir / "ca" / name)
        self.vm.start()
        self.monitor = Monitor(self.vm)
        for ids, identity in self.machine.pci.items():
            pci_identity.replace_ids(self.monitor, self.vm.qemu.pid, ids, identity)
        for old, new in self.machine.texts.items():
            pci_identity.replace_text(self.vm.qemu.pid, old, new)
        self.monitor.do("cont")
        self.guest = Guest(self.vm)
        self.guest.ready()

    def close(self):
        self.vm.stop()
        self.lab.close()

    def list_hardware(self, name):
        """Runs guest/list-hardware; returns the directory of its files."""
        self.guest.run(f"list-hardware /share/out/{name} assay-agent")
        return self.run_dir / "share/out" / name

    def start_agent(self):
        """The service, as its configuration by `assay-collector init` makes it; each line of its log behind the guest's time."""
        text = (self.lab.collector_dir / "agent.toml").read_text()
        for key, value in (("url", f"https://{WAY}"), ("state_dir", "/run/assay"), ("level", "debug")):
            text = self.lab.set_key(text, key, value)
        text = text.replace("\njoin_token", '\nserver_name = "localhost"\njoin_token')
        (self.run_dir / "share/in/agent.toml").write_text(text)
        self.guest.run(JOIN_NETWORK + """
            cp /share/in/agent.toml /run/agent.toml
            chmod 600 /run/agent.toml
            (assay-agent run --config /run/agent.toml 2>&1 | while read -r line; do
                read -r up rest < /proc/uptime
                echo "$up $line" >> /share/out/agent.log
            done) > /dev/null 2>&1 < /dev/null &
        """)
        wait_for("the agent's first report", self.components, 300)

    def agent_log(self):
        """(seconds since the guest's boot, line) of every line that the agent has logged."""
        file = self.run_dir / "share/out/agent.log"
        whole = file.read_text().splitlines() if file.exists() else []
        return [(float(line.split()[0]), line) for line in whole]

    def components(self):
        """The device's components as the collector has them, by key."""
        return {c["key"]: c for c in self.lab.assay_json("components", "--limit", "100000")["items"]}

    def uptime(self):
        return float(self.guest.run("cut -d' ' -f1 /proc/uptime"))
