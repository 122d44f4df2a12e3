"""A virtual machine with the agent in it, and a collector on this host that it can reach: the way is one port of a network of QEMU's
own, which leads nowhere else. What the machine is made of is for those that inherit."""

import sys
import pathlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent.parent / "scripts"))
from lab import TOP, Lab, LabError, wait_for  # noqa: E402,F401

from virtual_machine import Guest, Monitor, VirtualMachine  # noqa: E402

WAY = "10.0.2.100:8443"  # of the network's inside
JOIN_NETWORK = """
for path in /sys/class/net/*; do
    [ "$(cat "$path/address")" = 52:54:00:aa:00:01 ] || continue
    ip addr add 10.0.2.15/24 dev "${path##*/}"
    ip link set "${path##*/}" up
done
"""


class LabMachine:
    """`{run}` in arguments is its directory."""

    AGENT_CONFIG, AGENT_STATE = "/run/agent.toml", "/run/assay"  # in the guest

    def __init__(self, name, arguments):
        self.name = name
        self.lab = Lab(f"vm-{name}")
        self.run_dir = self.lab.dir / "vm"
        self.lab.init_collector(interval_s=3600, packs=[str(TOP / "policy/packs")])
        tpm = self.lab.dir / "tpm"
        self.lab.run([TOP / "scripts/make-tpm", tpm, "--ca", self.lab.dir / "ca"])
        way = f"user,id=way,restrict=on,guestfwd=tcp:{WAY}-cmd:nc -N 127.0.0.1 {self.lab.device_port}"
        self.vm = VirtualMachine(self.run_dir, tpm, [a.replace("{run}", str(self.run_dir)) for a in
                                                     (*Guest.ARGUMENTS, "-netdev", way, *arguments)])

    def start_collector(self):
        self.lab.start_collector()
        for name in ("swtpm-localca-rootca-cert.pem", "issuercert.pem"):
            self.lab.assay("trust", "add", self.lab.dir / "ca" / name)

    def switch_on(self, more_arguments=()):
        self.vm.start(more_arguments)
        self.monitor = Monitor(self.vm)

    def meet_guest(self):
        self.guest = Guest(self.vm)
        self.guest.wait_until_ready()

    def close(self):
        self.vm.stop()
        self.lab.close()

    def start_agent(self):
        """The service, as its configuration by `assay-collector init` makes it; each line of its log behind the guest's time."""
        text = (self.lab.collector_dir / "agent.toml").read_text()
        for key, value in (("url", f"https://{WAY}"), ("state_dir", self.AGENT_STATE), ("level", "debug")):
            text = self.lab.set_key(text, key, value)
        self.guest.write(self.AGENT_CONFIG, text.replace("\njoin_token", '\nserver_name = "localhost"\njoin_token'))
        before = self.last_report()
        self.guest.run(JOIN_NETWORK + f"""
            (assay-agent run --config {self.AGENT_CONFIG} 2>&1 | while read -r line; do
                read -r up rest < /proc/uptime
                echo "$up $line" >> /share/out/agent.log
            done) > /dev/null 2>&1 < /dev/null &
        """)
        wait_for("the agent's first report since it began", lambda: self.last_report() != before, 300)

    def last_report(self):
        """When the device reported last, as the collector says; None where it has not."""
        devices = self.lab.assay_json("devices")["items"]
        return devices[0]["last_report_at"] if devices else None

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
