"""What the usual tools print of hardware, as values. Pure: text in, values out (guest/list-hardware runs the tools). A line that
does not look as these tools print it is an error, so that nothing is skipped unseen."""

import dataclasses
import json
import re


def ids_of(text):
    """"Intel Corporation [8086]" -> "8086"."""
    found = re.search(r"\[([0-9a-f]{4})\]$", text)
    if not found:
        raise ValueError(f"no id in {text!r}")
    return found[1]


@dataclasses.dataclass(frozen=True)
class PciFunction:
    address: str
    ids: str
    subsystem: str  # "" without
    class_code: str  # six digits, as the kernel writes it
    revision: str
    driver: str
    name: str


def parse_lspci(text):
    """lspci -D -nn -k -vmm."""
    functions = []
    for record in filter(str.strip, text.split("\n\n")):
        fields = dict(line.split(":\t", 1) for line in record.strip().splitlines())
        subsystem = f"{ids_of(fields['SVendor'])}:{ids_of(fields['SDevice'])}" if "SVendor" in fields else ""
        functions.append(PciFunction(
            fields["Slot"], f"{ids_of(fields['Vendor'])}:{ids_of(fields['Device'])}", subsystem,
            ids_of(fields["Class"]) + fields.get("ProgIf", "00"), fields.get("Rev", "00"), fields.get("Driver", ""),
            f"{fields['Vendor'].rsplit(' [', 1)[0]} {fields['Device'].rsplit(' [', 1)[0]}"))
    return functions


def parse_virtual_functions(text):
    """Lines "FUNCTION PHYSICAL" -> {function: physical}."""
    return dict(line.split() for line in text.splitlines())


@dataclasses.dataclass(frozen=True)
class UsbDevice:
    bus: int
    number: int
    ids: str
    name: str
    serial: str = ""  # of a listing with -v only

    @property
    def is_root_hub(self):
        return self.ids.startswith("1d6b:")


def parse_lsusb(text):
    """lsusb, or lsusb -v, whose further lines are indented."""
    devices = []
    for line in text.splitlines():
        found = re.match(r"Bus (\d+) Device (\d+): ID ([0-9a-f]{4}:[0-9a-f]{4})\s*(.*)$", line)
        if found:
            devices.append(UsbDevice(int(found[1]), int(found[2]), found[3], found[4]))
        serial = re.match(r"  iSerial +\d+ (.*)$", line)
        if serial:
            devices[-1] = dataclasses.replace(devices[-1], serial=serial[1].strip())
    if not devices and text.strip():
        raise ValueError(f"no line of lsusb: {text.splitlines()[0]!r}")
    return devices


@dataclasses.dataclass(frozen=True)
class SmbiosStructure:
    handle: str
    type: int
    title: str
    fields: dict


def parse_dmidecode(text):
    structures = []
    for block in re.split(r"\n\n+", text):
        head = re.search(r"^Handle (0x[0-9A-F]{4}), DMI type (\d+), \d+ bytes$", block, re.M)
        if not head:
            continue
        lines = block[head.end():].strip("\n").splitlines()
        fields = dict(re.findall(r"^\t([^\t:]+): (.*)$", block, re.M))
        structures.append(SmbiosStructure(head[1], int(head[2]), lines[0] if lines else "", fields))
    return structures


def parse_fields(text):
    """"name: value" lines, as ethtool prints them."""
    return {name.strip(): value.strip() for name, value in (line.split(":", 1) for line in text.splitlines() if ":" in line)}


@dataclasses.dataclass(frozen=True)
class LshwNode:
    id: str
    kind: str  # lshw's class
    businfo: str
    handle: str
    names: tuple  # logical names
    product: str
    serial: str
    version: str
    driver: str
    firmware: str
    above: tuple  # ids of what it sits in, outermost first
    bus_above: str  # the nearest businfo above it

    def described(self):
        return " ".join(filter(None, (self.businfo or self.id, *self.names, self.product)))


def parse_lshw(text):
    """lshw -json: every node of the tree, depth first."""
    nodes = []

    def walk(node, above, bus_above):
        names = node.get("logicalname", [])
        settings = node.get("configuration", {})
        nodes.append(LshwNode(
            node["id"], node["class"], node.get("businfo", ""), node.get("handle", ""),
            tuple([names] if isinstance(names, str) else names), node.get("product", ""), node.get("serial", ""),
            node.get("version", ""), settings.get("driver", ""), settings.get("firmware", ""), above, bus_above))
        for child in node.get("children", []):
            walk(child, (*above, node["id"]), node.get("businfo", "") or bus_above)

    decoded = json.loads(text)
    for top in decoded if isinstance(decoded, list) else [decoded]:
        walk(top, (), "")
    return nodes


@dataclasses.dataclass(frozen=True)
class QemuOption:
    option: str  # "device", "smbios", ...
    model: str  # the first word of a -device, "" elsewhere
    values: dict

    def described(self):
        return f"-{self.option} {','.join([self.model] * bool(self.model) + [f'{k}={v}' for k, v in self.values.items()])}"


def parse_qemu(command):
    """The options of a command line of QEMU that have a value: `command` is its list of arguments."""
    options = []
    for option, value in zip(command, command[1:]):
        if option.startswith("-") and not value.startswith("-"):
            words = value.split(",")
            model = words.pop(0) if "=" not in words[0] else ""
            options.append(QemuOption(option[1:], model, dict(word.partition("=")[::2] for word in words)))
    return options
