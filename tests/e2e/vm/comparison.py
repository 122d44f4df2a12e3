"""Holds what the usual tools list (listings.py) against an inventory of assay-agent. Pure: each function takes listings and an
inventory and returns sentences, one for each thing that is listed and is not in the inventory as it should be, with the tool and
the device in it. What a tool lists that is no part, or that Assay does not read, stands in a table here with its reason."""

import re

UNKNOWN = "this test does not know what it is"


class Inventory:
    """`assay-agent scan --json`."""

    def __init__(self, scan):
        self.components = scan["inventory"]["components"]
        self.placement = scan["placement"]["placement"]
        self.sources = {source["source"]: source for source in scan["inventory"]["sources"]}

    def placed(self, component, what):
        return self.placement.get(component["key"], {}).get(what, "")

    def at(self, kind, what, place):
        """The component of this kind whose placement says so, or None."""
        return next((c for c in self.components if c["kind"] == kind and self.placed(c, what) == place), None)

    def of(self, *kinds):
        return [c for c in self.components if c["kind"] in kinds]


def identifiers(component, registry):
    return {i["value"] for i in component["identifiers"] if i["registry"] == registry}


def text(value):
    """A reading that may be absent, or unreadable."""
    return value if isinstance(value, str) else ""


def versions(component):
    return {text(firmware.get("version")) for firmware in component["firmware"]}


def differs(where, what, listed, found):
    return [] if listed == found else [f"{where}: {what} is {listed!r}, in the inventory {found!r}"]


def compare_lspci(functions, virtual, inventory):
    problems, counts = [], {}
    for physical in virtual.values():
        counts[physical] = counts.get(physical, 0) + 1
    for one in functions:
        where = f"lspci: {one.address} {one.name} [{one.ids}]"
        component = inventory.at("pci_function", "address", one.address)
        if one.address in virtual:
            if component:
                problems.append(f"{where}: a virtual function is a part of its own in the inventory")
            continue
        if not component:
            problems.append(f"{where}: not in the inventory")
            continue
        problems += differs(where, "its id", {one.ids}, identifiers(component, "pci"))
        # Where the vendor is zero, it lists none.
        subsystems = {value for value in identifiers(component, "pci_subsystem") if not value.startswith("0000:")}
        problems += differs(where, "its subsystem", {one.subsystem} - {""}, subsystems)
        problems += differs(where, "its class", one.class_code, text(component["names"].get("class")))
        problems += differs(where, "its revision", one.revision, text(component["names"].get("revision")))
        problems += differs(where, "its driver", one.driver, text(component["names"].get("driver")))
        count = inventory.placed(component, "virtual_functions") or "0"
        problems += differs(where, "its count of virtual functions", str(counts.get(one.address, 0)), count)
    listed = {one.address for one in functions}
    for component in inventory.of("pci_function"):
        if inventory.placed(component, "address") not in listed:
            problems.append(f"the inventory has {component['key']}, which lspci does not list")
    return problems


def usb_place(component, inventory):
    """(bus, number): the first part of "1-4.2" or "usb1", and the number that the kernel gave."""
    address = inventory.placed(component, "address")
    bus = address[3:] if address.startswith("usb") else address.split("-")[0]
    return (int(bus or 0), int(inventory.placed(component, "device_number") or 0))


def compare_lsusb(devices, inventory):
    problems = []
    by_place = {usb_place(c, inventory): c for c in inventory.of("usb_device")}
    for one in devices:
        where = f"lsusb: bus {one.bus} device {one.number} {one.ids} {one.name}"
        component = by_place.get((one.bus, one.number))
        if not component:
            problems.append(f"{where}: not in the inventory")
            continue
        problems += differs(where, "its id", {one.ids}, identifiers(component, "usb"))
        if one.serial and not one.is_root_hub:  # what a root hub tells is made up by the kernel
            problems += differs(where, "its serial number", one.serial, text(component.get("serial")))
    listed = {(one.bus, one.number) for one in devices}
    problems += [f"the inventory has {c['key']}, which lsusb does not list" for place, c in by_place.items() if place not in listed]
    return problems


# Structures that name a part: the kind of component, and where each line of dmidecode stands in it.
SMBIOS_PARTS = {
    0: ("firmware", {"Vendor": "manufacturer", "Version": "firmware", "Release Date": "release_date"}),
    1: ("system", {"Manufacturer": "manufacturer", "Product Name": "product", "Version": "version", "Serial Number": "serial",
                   "SKU Number": "sku", "Family": "family", "UUID": "uuid"}),
    2: ("board", {"Manufacturer": "manufacturer", "Product Name": "product", "Version": "version", "Serial Number": "serial",
                  "Asset Tag": "asset_tag", "Location In Chassis": "slot"}),
    3: ("chassis", {"Manufacturer": "manufacturer", "Version": "version", "Serial Number": "serial", "Asset Tag": "asset_tag",
                    "SKU Number": "sku"}),
    4: ("processor", {"Socket Designation": "slot", "Manufacturer": "manufacturer", "Version": "version", "Serial Number": "serial",
                      "Asset Tag": "asset_tag", "Part Number": "part_number"}),
    9: ("slot", {"Designation": "slot"}),
    17: ("memory_module", {"Locator": "slot", "Bank Locator": "port", "Manufacturer": "manufacturer", "Serial Number": "serial",
                           "Asset Tag": "asset_tag", "Part Number": "part_number"}),
    38: ("bmc", {"Specification Version": "ipmi_version"}),
    43: ("tpm", {"Specification Version": "family", "Description": "description"}),
    45: ("firmware", {"Firmware Component Name": "product", "Firmware Version": "firmware", "Manufacturer": "manufacturer"}),
}
# Structures that are no part of their own.
SMBIOS_DESCRIPTIONS = {
    5: "the memory controller of a processor or chipset", 7: "a cache inside a processor", 8: "a connector of a board",
    10: "by its bus", 11: "text", 12: "text", 13: "a setting", 14: "a grouping",
    15: "a log", 16: "sockets, whose modules are type 17", 19: "an address range", 20: "an address range", 24: "a setting",
    32: "a status", 33: "an error's record", 41: "by its bus, as its address says", 126: "inactive", 127: "the end",
}
# Structures that name a part which Assay does not read: told, and no failure.
SMBIOS_NOT_READ = {
    22: "battery", 26: "voltage probe", 27: "cooling device", 28: "temperature probe", 29: "current probe",
    39: "power supply", 42: "management controller's host interface",
}
DMIDECODE_NOTHING = {"Not Specified", "Not Present", "Not Settable", ""}  # dmidecode's own words, not the firmware's


def smbios_value(component, place):
    if place == "serial":
        return text(component.get("serial"))
    if place in ("slot", "port"):
        return component["location"].get(place, "")
    if place == "firmware":
        return next(iter(versions(component)), "")
    return text(component["names"].get(place))


def is_populated(structure):
    return structure.fields.get("Size") != "No Module Installed" and "Unpopulated" not in structure.fields.get("Status", "")


def compare_dmidecode(structures, inventory):
    """(problems, what is not read)."""
    problems, not_read = [], []
    left = inventory.of(*{kind for kind, _ in SMBIOS_PARTS.values()})
    for one in structures:
        if one.type in SMBIOS_DESCRIPTIONS or one.type >= 128 or not is_populated(one):
            continue
        where = f"dmidecode: {one.title} (handle {one.handle}, type {one.type})"
        if one.type in SMBIOS_NOT_READ:
            not_read.append(f"{where}: {SMBIOS_NOT_READ[one.type]}")
            continue
        if one.type not in SMBIOS_PARTS:
            problems.append(f"{where}: {UNKNOWN}")
            continue
        kind, places = SMBIOS_PARTS[one.type]
        said = {place: one.fields.get(line, "").strip() for line, place in places.items()}
        wanted = {place: value for place, value in said.items() if value not in DMIDECODE_NOTHING}
        of_kind = [c for c in left if c["kind"] == kind and c["key"].startswith("smbios/")]
        fits = next((c for c in of_kind if all(smbios_value(c, p).strip() == v for p, v in wanted.items())), None)
        if fits:
            left.remove(fits)
        else:
            found = [{place: smbios_value(c, place) for place in wanted} for c in of_kind]
            problems.append(f"{where} {wanted}: not in the inventory, where the kind {kind} has {found}")
    return problems, not_read


def mac_digits(address):
    """"" for what names no hardware."""
    digits = address.replace(":", "").lower()
    return digits if re.fullmatch(r"[0-9a-f]{12}", digits) and int(digits, 16) and not int(digits[1], 16) & 1 else ""


def is_hardware(interface):
    """Of (fields of -i, fields of -P): one without a bus is made by the kernel."""
    return interface[0].get("bus-info", "") not in ("", "N/A", "tap", "tun")


def compare_ethtool(interfaces, virtual, inventory):
    """`interfaces`: {name: (fields of -i, fields of -P)} of those that are hardware."""
    problems = []
    for name, (info, permanent) in interfaces.items():
        bus = info["bus-info"]
        if bus in virtual:
            continue
        where = f"ethtool: {name} at {bus}"
        component = inventory.at("network_interface", "interface", name)
        if not component:
            problems.append(f"{where}: not in the inventory")
            continue
        problems += differs(where, "its driver", info.get("driver", ""), text(component["names"].get("driver")))
        if info.get("firmware-version", "") not in versions(component):
            problems += differs(where, "its firmware", info["firmware-version"], sorted(versions(component)))
        mac = mac_digits(permanent.get("Permanent address", ""))
        if mac and mac not in identifiers(component, "mac"):
            problems += differs(where, "its permanent address", mac, sorted(identifiers(component, "mac")))
    return problems
