"""What comes, goes and hides while the agent runs in a machine of hardware_machine.py: each step changes one thing and looks how the
agent and the collector see it. "Seen" is the moment when the agent logs that a report follows, by the guest's clock, counted from
before QEMU or the kernel was told: the way to QEMU and what the kernel does before it tells anyone are in it, and so is what this host
does meanwhile while the guest waits."""

import fnmatch
import json
import time

import comparison
from lab_machine import wait_for
from steps import expect

SEEN_WITHIN = 2.0  # seconds of the guest's clock, on a host that does nothing else
SEEN_BESIDE_OTHERS = 10.0  # beside the tests that run at the same time
BUTTON = 5  # seconds: so long the kernel's pciehp lets somebody press the attention button again
REST = 60  # seconds of the guest's clock
EVENT = "event=hardware_event"
REPORTED_WITHIN = 8  # seconds: at least 5 between reports, and the report
PATIENCE = 180  # seconds of this host, for what has no limit of its own


def new_devices(components, before):
    return [key for key in components if key not in before and key.startswith("usb/")]


class Changes:
    def __init__(self, machine, seen_within):
        self.seen_within = seen_within
        self.machine, self.guest, self.monitor = machine, machine.guest, machine.monitor
        self.done = 0  # lines of the agent's log that belong to the steps before

    def step(self, name):
        """Does a step of STEPS and returns what was seen. StepFailed says what was not."""
        return STEPS[name](self)

    def scan(self):
        return comparison.Inventory(json.loads(self.guest.run("assay-agent scan --json")))

    def seen(self, act, reported, waits=0):
        """Acts; waits until the agent has seen it, and until `reported` holds of the components that the collector then has. The kernel
        may wait for so many seconds before it does what it was told."""
        self.let_agent_rest()
        told, before = len(self.machine.agent_log()), self.machine.uptime()
        started = time.monotonic()
        act()

        def new_event():
            return next((up for up, line in self.machine.agent_log()[told:] if EVENT in line), None)

        took = wait_for("the agent sees it", new_event, PATIENCE) - before
        wait_for("the collector has it", lambda: reported(self.machine.components()), PATIENCE)
        self.done = len(self.machine.agent_log())
        expect(took <= self.seen_within + waits, f"seen after {took:.2f} s")
        return f"seen after {took:.2f} s, with the collector after {time.monotonic() - started:.1f} s of this host"

    def let_agent_rest(self):
        """While a report is to follow anyway the agent says of no further event that one will: events that trail behind the last step
        are waited out."""
        if any(EVENT in line for _, line in self.machine.agent_log()[self.done:]):
            time.sleep(REPORTED_WITHIN)

    def comes(self, key, act):
        return self.seen(act, lambda components: key in components)

    def goes(self, key, act, waits=0):
        return self.seen(act, lambda components: key not in components, waits)

    def expect_port(self, port, wanted):
        """What the port says of itself, whatever the kernel lists behind it: where it is PCI Express that plugs and not ACPI, which
        tells QEMU's ports nothing."""
        if not self.machine.machine.native_hotplug:
            return
        key = "slot/" + self.function_at(port).rpartition("/")[0]
        slot = next((c for c in self.scan().of("slot") if c["key"] == key), None)
        expect(slot, f"no {key} in the inventory")
        expect(slot["names"].get("presence") == wanted, f"{key} says {slot['names']}, and is {wanted}")

    @staticmethod
    def function_at(port):
        """The key of what sits in a port of the machine ("port1"): they are 02.0, 03.0, ... on the root bus, in their order."""
        return f"pci/0000:00/{int(port.removeprefix('port')) + 1:02x}.0/00.0"

    def usb_key(self, ids):
        found = [c["key"] for c in self.scan().of("usb_device") if ids in comparison.identifiers(c, "usb")]
        expect(found, f"no USB device {ids} in the inventory")
        return found[0]

    def plug_pci(self):
        self.expect_port("port2", "empty")
        return self.comes(self.function_at("port2"),
                          lambda: self.monitor.do("device_add", driver="virtio-rng-pci", id="plugged", bus="port2"))

    def unplug_pci(self):
        self.expect_port("port2", "occupied")
        waits = BUTTON if self.machine.machine.native_hotplug else 0
        said = self.goes(self.function_at("port2"), lambda: self.monitor.do("device_del", id="plugged"), waits)
        self.expect_port("port2", "empty")
        return said

    def plug_usb(self):
        before = set(self.machine.components())
        said = self.seen(lambda: self.monitor.do("device_add", driver="usb-tablet", id="tablet", bus="xhci.0"),
                         lambda components: new_devices(components, before))
        (self.tablet,) = new_devices(self.machine.components(), before)
        return said

    def unplug_usb(self):
        return self.goes(self.tablet, lambda: self.monitor.do("device_del", id="tablet"))

    def remove_function(self):
        """A function that somebody takes out of the kernel's list is gone from the inventory, although its bus is covered: and its port
        says that something is there."""
        key = self.function_at("port1")
        address = self.scan().placement[key]["address"]
        said = self.goes(key, lambda: self.guest.run(f"echo 1 > /sys/bus/pci/devices/{address}/remove"))
        covered = self.scan().sources["pci"]
        expect(covered["state"] == "ok" and "pci/0000:00" in covered["covered"], f"the source says {covered}")
        self.expect_port("port1", "occupied")
        return said

    def rescan(self):
        return self.comes(self.function_at("port1"), lambda: self.guest.run("echo 1 > /sys/bus/pci/rescan"))

    def hidden_by_mount(self):
        """A device that somebody mounts something over is in the inventory as it is, and the source view says where."""
        before = self.scan()
        key = self.function_at("port3")
        address = before.placement[key]["address"]
        place = self.guest.run(f"readlink -f /sys/bus/pci/devices/{address}").strip()
        self.guest.run(f"mkdir -p /tmp/false && echo 0x8086 > /tmp/false/vendor && mount --bind /tmp/false {place}")
        try:
            tool = self.guest.run(f"cat /sys/bus/pci/devices/{address}/device || true") + self.guest.run(
                f"cat /sys/bus/pci/devices/{address}/vendor")
            after = self.scan()
        finally:
            self.guest.run(f"umount {place}")
        expect(tool.strip() == "0x8086", f"the mount hides nothing: {tool}")
        expect(after.components == before.components, "the inventory differs")
        view = after.sources["view"]
        # Bus numbers that a boot assigns stand as a pattern in what is hashed: "0000:*:00.0".
        named = view["detail"].removeprefix("overmounted: ")
        expect(view["state"] == "error" and fnmatch.fnmatchcase(place, named), f"the source view says {view}")
        return f"the inventory is the same, and view says {view['state']}: {view['detail']}"

    def deauthorize(self):
        """A USB device that may not be used is in the inventory as what it says it is, and differs."""
        key = self.usb_key("46f4:0001")
        was = self.machine.components()[key]
        address = self.scan().placement[key]["address"]
        said = self.seen(lambda: self.guest.run(f"echo 0 > /sys/bus/usb/devices/{address}/authorized"),
                         lambda components: components.get(key) != was)
        now = self.machine.components().get(key)
        expect(now and now["identifiers"] == was["identifiers"], f"it is {now}")
        return said

    def switch_port_off(self):
        """The device of a USB port that is switched off is gone from the inventory. (QEMU's ports stay off.)"""
        key = self.usb_key("0627:0001")
        address = self.scan().placement[key]["address"]
        port = self.guest.run(f"readlink -f /sys/bus/usb/devices/{address}/port").strip()
        return self.goes(key, lambda: self.guest.run(f"echo 1 > {port}/disable"))


    def rest(self):
        """An agent that waits does nothing: in a minute, no thread of it is woken."""
        self.let_agent_rest()
        lines = len(self.machine.agent_log())
        before = self.wake_ups()
        self.guest.run(f"sleep {REST}")
        woken = self.wake_ups() - before
        expect(len(self.machine.agent_log()) == lines, f"it logs {self.machine.agent_log()[lines:]}")
        expect(woken == 0, f"{woken} wake-ups in {REST} s")
        return f"no wake-up in {REST} s; {self.memory('status', 'VmRSS')} resident, {self.memory('smaps_rollup', 'Pss')} Pss"

    def wake_ups(self):
        """How often its threads went to sleep: each time, something had woken them."""
        counts = self.guest.run("cat /proc/$(pidof assay-agent)/task/*/status")
        return sum(int(line.split()[1]) for line in counts.splitlines() if line.startswith("voluntary_ctxt_switches:"))

    def memory(self, file, name):
        lines = self.guest.run(f"cat /proc/$(pidof assay-agent)/{file}").splitlines()
        return f"{int(next(line for line in lines if line.startswith(name + ':')).split()[1]) / 1024:.1f} MiB"


STEPS = {
    "agent at rest": Changes.rest,
    "PCI hot-plug": Changes.plug_pci,
    "USB hot-plug": Changes.plug_usb,
    "PCI hot-unplug": Changes.unplug_pci,
    "USB hot-unplug": Changes.unplug_usb,
    "function removed through sysfs": Changes.remove_function,
    "PCI rescan": Changes.rescan,
    "bind mount over a device": Changes.hidden_by_mount,
    "USB device not authorized": Changes.deauthorize,
    "USB port switched off": Changes.switch_port_off,
}
ALL_STEPS = list(STEPS)
LEAST_STEPS = [name for name in STEPS if name not in ("agent at rest", "USB hot-unplug", "PCI rescan", "USB device not authorized")]
