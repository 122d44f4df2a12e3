"""Gives emulated PCI devices of a paused QEMU another identity, as no option of QEMU does: the ids are written into the device's
configuration space in the memory of the QEMU process that the test has started, found by its first bytes and confirmed by what QEMU's
monitor then says of its devices. Also texts that a device tells, such as the model of an NVMe disk."""

import dataclasses
import re
import struct

LARGEST_REGION = 256 << 20  # the guest's memory is larger, and holds no device
CONFIGURATION_BYTES = 256
SUBSYSTEM_AT = 0x2C


@dataclasses.dataclass(frozen=True)
class PciIdentity:
    vendor: int
    device: int
    subsystem_vendor: int
    subsystem_device: int

    @property
    def ids(self):
        return f"{self.vendor:04x}:{self.device:04x}"

    @property
    def subsystem(self):
        return f"{self.subsystem_vendor:04x}:{self.subsystem_device:04x}"


def regions(pid):
    with open(f"/proc/{pid}/maps") as maps:
        for line in maps:
            found = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw\S* \S+ \S+ 0\b", line)
            if found:
                start, end = int(found[1], 16), int(found[2], 16)
                if end - start <= LARGEST_REGION:
                    yield start, end


def places(memory, pid, wanted):
    """Addresses of these bytes, with up to a configuration space of what stands there."""
    for start, end in regions(pid):
        try:
            memory.seek(start)
            held = memory.read(end - start)
        except OSError:
            continue
        at = held.find(wanted)
        while at >= 0:
            yield start + at, held[at:at + CONFIGURATION_BYTES]
            at = held.find(wanted, at + 1)


def write(memory, address, data):
    memory.seek(address)
    memory.write(data)


def is_configuration(address, held):
    """Of a device that has not run yet: aligned, command register small, a header type that there is, a class."""
    return (address % 16 == 0 and len(held) == CONFIGURATION_BYTES and held[4:6] in (b"\0\0", b"\3\0", b"\7\0")
            and held[14] & 0x7E == 0 and any(held[9:12]))


def told(monitor):
    """Address, ids and subsystem ids of every PCI device, as QEMU reads them."""
    return re.findall(r"addr ([0-9a-f:.]+), pci id ([0-9a-f:]+) \(sub ([0-9a-f:]+)\)", monitor.tell("info qtree"))


def replace_ids(monitor, pid, ids, identity):
    """The first device with these ids ("8086:10d3") becomes `identity`. RuntimeError when none can be found."""
    old = struct.pack("<HH", *(int(part, 16) for part in ids.split(":")))
    new = struct.pack("<HH", identity.vendor, identity.device)
    subsystem = struct.pack("<HH", identity.subsystem_vendor, identity.subsystem_device)
    with open(f"/proc/{pid}/mem", "r+b", buffering=0) as memory:
        for address, held in list(places(memory, pid, old)):
            if not is_configuration(address, held):
                continue
            before = told(monitor)
            write(memory, address, new)
            changed = [now for now, was in zip(told(monitor), before) if now != was]
            if len(changed) == 1:
                write(memory, address + SUBSYSTEM_AT, subsystem)
                return
            write(memory, address, old)  # a copy of QEMU's own
    raise RuntimeError(f"no device {ids} in QEMU's memory: {told(monitor)}")


def replace_text(pid, old, new):
    """A text that QEMU keeps padded with blanks, by one no longer."""
    if len(new) > len(old):
        raise ValueError(f"{new!r} is longer than {old!r}")
    with open(f"/proc/{pid}/mem", "r+b", buffering=0) as memory:
        found = list(places(memory, pid, old.encode()))
        for address, _ in found:
            write(memory, address, new.ljust(len(old)).encode())
    if not found:
        raise RuntimeError(f"no text {old!r} in QEMU's memory")
