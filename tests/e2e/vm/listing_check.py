"""Holds the files of guest/list-hardware against each other: what every tool lists, against the agent's scan. One row a tool."""

import dataclasses
import json
import pathlib

import comparison
import emulated
import listings
import lshw_comparison


@dataclasses.dataclass
class Row:
    tool: str
    listed: int  # devices, structures, interfaces, nodes
    problems: list
    notes: list  # what was not compared, and why

    @property
    def verdict(self):
        if self.problems:
            return f"{len(self.problems)} DIFFER"
        return "in the inventory" if self.listed else "nothing compared"


class Listing:
    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.inventory = comparison.Inventory(json.loads(self.text("scan")))
        self.virtual = listings.parse_virtual_functions(self.text("virtual-functions"))

    def text(self, name):
        file = self.directory / name
        return file.read_text(errors="replace") if file.exists() else ""

    def lacks(self, tool, name):
        """Why there is nothing of this tool to compare, or ""."""
        if (self.directory / f"{name}.lacking").exists():
            return f"{tool} is not installed here"
        if not self.text(name).strip() or (self.directory / f"{name}.failed").exists():
            code, said = self.text(f"{name}.failed").strip() or "0", self.text(f"{name}.err").strip().splitlines()
            return f"{tool} lists nothing here (exit {code}{': ' + said[-1] if said else ''})"
        return ""

    def row(self, tool, file, parse, compare):
        """`compare`: devices -> problems, or (problems, notes)."""
        why = self.lacks(tool, file)
        if why:
            return Row(tool, 0, [], [why])
        devices = parse(self.text(file))
        problems = compare(devices)
        problems, notes = problems if isinstance(problems, tuple) else (problems, [])
        return Row(tool, len(devices), problems, notes if devices else [f"{tool} names no device here"])

    def interfaces(self):
        names = sorted(f.name.partition(".")[2] for f in self.directory.glob("ethtool-i.*")
                       if not f.name.endswith((".err", ".failed", ".lacking")))
        return {name: tuple(listings.parse_fields(self.text(f"ethtool-{option}.{name}")) for option in "iP") for name in names}

    def ethtool(self):
        interfaces = {n: one for n, one in self.interfaces().items() if comparison.is_hardware(one)}
        notes = [] if interfaces else ["ethtool knows no interface with a bus here"]
        return Row("ethtool", len(interfaces), comparison.compare_ethtool(interfaces, self.virtual, self.inventory), notes)

    def sources(self):
        """Every source must have read all it found; on a machine that denies something, what the agent says of it stands as a note."""
        bad = [f"{name}: {one['state']}: {one.get('detail', '')}" for name, one in sorted(self.inventory.sources.items())
               if one["state"] not in ("ok", "absent")]
        return Row("assay-agent", len(self.inventory.components), [], bad)

    def rows(self):
        inventory, virtual = self.inventory, self.virtual
        return [
            self.sources(),
            self.row("lspci", "lspci", listings.parse_lspci, lambda all: comparison.compare_lspci(all, virtual, inventory)),
            self.row("lsusb", "lsusb-v", listings.parse_lsusb, lambda all: comparison.compare_lsusb(all, inventory)),
            self.row("dmidecode", "dmidecode", listings.parse_dmidecode, lambda all: comparison.compare_dmidecode(all, inventory)),
            self.ethtool(),
            self.row("lshw", "lshw", listings.parse_lshw, lambda all: lshw_comparison.compare_lshw(all, virtual, inventory)),
        ]

    def told(self, command, machine):
        """What QEMU was told to emulate (machines.py)."""
        problems, count = emulated.compare_qemu(listings.parse_qemu(command), machine.pci, machine.usb, self.inventory)
        return Row("QEMU", count, problems, [])


def print_rows(rows):
    for row in rows:
        print(f"  {row.tool:12} {row.listed:4} listed  {row.verdict}")
        for line in row.notes:
            print(f"               not compared: {line}")
        for line in row.problems:
            print(f"               FAILED: {line}")
