"""Holds what lshw lists against an inventory of assay-agent, as comparison.py does for the other tools: every node is found in the
inventory, or is named here as what it is instead of a part. Pure."""

import re

from comparison import UNKNOWN, differs, text, versions

# (class, pattern of the node's id, why it is no part of its own)
NO_PARTS = [
    ("volume", r".*", "what is stored on a disk"),
    ("memory", r"memory(:\d+)?|cache(:\d+)?", "a sum over memory modules, or a part of a processor"),
    ("bus", r"core", "the board, as far as the firmware names it: see dmidecode"),
    ("input", r"input(:\d+)?", "the kernel's name for keys of a device that its bus lists, or of the chipset's keyboard port"),
    ("multimedia", r"(sound|card)(:\d+)?", "the kernel's name for a sound function of a device that its bus lists"),
    ("graphics|display", r"graphics(:\d+)?", "the kernel's name for a picture of a device that its bus lists"),
    ("power", r"battery|power(:\d+)?", "of the firmware's tables: see dmidecode"),
    ("disk", r"medium", "what lies in a drive"),
    (r".*", r"pnp\d\d:\d\d", "a port of the chipset, named by the firmware and not by a bus"),
]


def block_names(node):
    return {name.removeprefix("/dev/") for name in node.names}


def find_pci(node, virtual, inventory):
    address = node.businfo.removeprefix("pci@")
    return inventory.at("pci_function", "address", virtual.get(address, address))


def find_usb(node, inventory):
    """usb@1 is a root hub, usb@1:2.3 a device on it."""
    bus, _, ports = node.businfo.removeprefix("usb@").partition(":")
    return inventory.at("usb_device", "address", f"{bus}-{ports}" if ports else f"usb{bus}")


def find_disk(node, inventory):
    named = [c for c in inventory.of("block_device") if inventory.placed(c, "device") in block_names(node)]
    # Of a memory card lshw has no name of the kernel, but its own.
    return (named or [c for c in inventory.of("block_device") if node.businfo and text(c["names"].get("model")) == node.product]
            or [None])[0]


def check_network(node, where, inventory):
    problems = []
    for name in node.names:
        component = inventory.at("network_interface", "interface", name)
        if not component:
            return [f"{where}: no interface {name} in the inventory"]
        problems += differs(where, "its driver", node.driver, text(component["names"].get("driver")))
        if node.firmware and node.firmware not in versions(component):
            problems += differs(where, "its firmware", node.firmware, sorted(versions(component)))
    return problems


def serial_of(component, inventory):
    """The kernel asks no disk behind USB for its number; that of the USB device stands for it (docs/SOURCES.md)."""
    above = next((c for c in inventory.of("usb_device") if c["key"] == component.get("parent")), {})
    return text(component.get("serial")) or text(above.get("serial"))


def check_disk(node, where, component, inventory):
    if not component:
        return [f"{where}: not in the inventory"]
    problems = []
    serial = serial_of(component, inventory)
    if node.serial and not (serial == node.serial or serial.startswith("0x") and int(serial, 16) == int(node.serial)):
        problems += differs(where, "its serial number", node.serial, serial)
    if node.product:
        problems += differs(where, "its model", node.product, text(component["names"].get("model")))
    if node.version and not node.businfo.startswith("mmc@") and node.version not in versions(component):
        problems += differs(where, "its firmware", node.version, sorted(versions(component)))
    return problems


def check_memory(node, where, inventory):
    if node.id.startswith("firmware"):
        fits = any(node.version in versions(c) for c in inventory.of("firmware"))
    elif not node.product and not node.serial:  # an empty socket
        fits = True
    else:
        fits = any(node.product in ("", text(c["names"].get("part_number"))) and node.serial in ("", text(c.get("serial")))
                   for c in inventory.of("memory_module"))
    return [] if fits else [f"{where} {node.product} {node.serial}: not in the inventory"]


def check_system(node, where, inventory):
    if not node.handle:  # nothing that the firmware says
        return []
    systems = [text(c.get("serial")) for c in inventory.of("system")]
    return [] if not node.serial or node.serial in systems else differs(where, "its serial number", node.serial, systems)


def check(node, virtual, inventory):
    where = f"lshw: {node.kind} {node.described()}"
    bus = node.businfo.partition("@")[0]
    if not node.above:
        return check_system(node, where, inventory)
    if bus == "pci":
        component = find_pci(node, virtual, inventory)
        problems = [] if component else [f"{where}: not in the inventory"]
        if component and node.kind == "network":
            problems += check_network(node, where, inventory)
        if component and any(re.fullmatch(r"/dev/nvme\d+", name) for name in node.names):
            problems += check_disk(node, where, find_disk(node, inventory), inventory)
        return problems
    if bus == "usb" and node.kind != "network":
        return [] if find_usb(node, inventory) else [f"{where}: not in the inventory"]
    if node.kind == "network" and node.names:
        return check_network(node, where, inventory)
    if bus in ("scsi", "mmc") and node.kind == "disk" or bus == "virtio" and node.kind == "disk":
        return check_disk(node, where, find_disk(node, inventory), inventory)
    if bus == "cpu":
        return [] if inventory.of("processor") else [f"{where}: no processor in the inventory"]
    no_part = any(re.fullmatch(kind, node.kind) and re.fullmatch(name, node.id) for kind, name, _ in NO_PARTS)
    if node.kind == "memory" and not no_part:
        return check_memory(node, where, inventory)
    # What sits on a function or device and has no address of its own: a queue, a namespace, a host adapter of a disk.
    if no_part or bus in ("virtio", "nvme", "scsi") or (not node.businfo and node.bus_above.startswith(("pci@", "usb@", "mmc@"))):
        return []
    return [f"{where}: {UNKNOWN}"]


def compare_lshw(nodes, virtual, inventory):
    return [problem for node in nodes for problem in check(node, virtual, inventory)]

