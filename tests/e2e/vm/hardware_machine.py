"""A machine of machines.py, booted with the agent in it, and a collector that it can reach."""

import option_rom
import pci_identity
import usb_peer
from lab_machine import LabMachine
from virtual_machine import kernel

# The guest's clock counts instructions, at 500 million a second: how fast the agent computes by it does not depend on what else this
# host does. While the guest waits, its clock goes with the host's: a host that is slow between two commands is in what is measured.
CLOCK = ("-icount", "shift=1")
DISK_BYTES = 8 << 20


class HardwareMachine(LabMachine):
    def __init__(self, name, machine, boot):
        peers = []
        for index, _ in enumerate(machine.usb):
            peers += ["-chardev", f"socket,id=peer{index},path={{run}}/usb{index}.sock", "-device",
                      f"usb-redir,bus=xhci.0,chardev=peer{index}"]
        super().__init__(name, ["-S", *kernel(boot), *CLOCK, *machine.arguments, *peers])
        self.machine = machine
        with open(self.run_dir / "disk.img", "wb") as disk:
            disk.truncate(DISK_BYTES)
        (self.run_dir / "rom.img").write_bytes(option_rom.made_rom())
        for index, identity in enumerate(machine.usb):
            usb_peer.listen(self.run_dir / f"usb{index}.sock", identity)

    def start(self):
        self.start_collector()
        self.switch_on()
        for ids, identity in self.machine.pci.items():
            pci_identity.replace_ids(self.monitor, self.vm.qemu.pid, ids, identity)
        for old, new in self.machine.texts.items():
            pci_identity.replace_text(self.vm.qemu.pid, old, new)
        self.monitor.do("cont")
        self.meet_guest()
        self.guest.run(self.machine.start)

    def list_hardware(self, name):
        """Runs guest/list-hardware; returns the directory of its files."""
        self.guest.run(f"list-hardware /share/out/{name} assay-agent")
        return self.run_dir / "share/out" / name
