#!/usr/bin/python3
"""The comparisons of tests/e2e/vm themselves, on short listings: what is in the inventory passes, and each thing that is taken from
it or changed in it is named, with the tool that lists it. The texts are as Debian 12's tools print them."""

import copy
import unittest

import comparison
import emulated
import listings
import lshw_comparison
from pci_identity import PciIdentity
from usb_peer import Descriptors, UsbIdentity

LSPCI = """\
Slot:	0000:00:02.0
Class:	PCI bridge [0604]
Vendor:	Red Hat, Inc. [1b36]
Device:	QEMU PCIe Root port [000c]
SVendor:	Red Hat, Inc. [1b36]
SDevice:	Device [0000]
ProgIf:	00
Driver:	pcieport

Slot:	0000:01:00.0
Class:	Ethernet controller [0200]
Vendor:	Huawei Technologies Co., Ltd. [19e5]
Device:	Hi1822 Family [0222]
SVendor:	Huawei Technologies Co., Ltd. [19e5]
SDevice:	Device [d129]
Rev:	45
Driver:	hinic
Module:	hinic

Slot:	0000:01:00.4
Class:	Ethernet controller [0200]
Vendor:	Huawei Technologies Co., Ltd. [19e5]
Device:	Hi1822 Family Virtual Function [375e]
"""
LSUSB = """\

Bus 001 Device 003: ID 12d1:14dc HUAWEI_MOBILE HUAWEI_MOBILE
Device Descriptor:
  bLength                18
  iManufacturer           1 HUAWEI_MOBILE
  iSerial                 3 0123456789ABCDEF
  bNumConfigurations      1

Bus 001 Device 001: ID 1d6b:0002 Linux 6.1.0-56-amd64 xhci-hcd xHCI Host Controller
Device Descriptor:
  iSerial                 1 0000:00:06.0
"""
DMIDECODE = """\
# dmidecode 3.4
Getting SMBIOS data from sysfs.
SMBIOS 2.8 present.

Handle 0x0100, DMI type 1, 27 bytes
System Information
	Manufacturer: Huawei
	Product Name: 2288H V5
	Serial Number: 2102311TYBN0J4000001
	Family: Not Specified

Handle 0x1100, DMI type 17, 40 bytes
Memory Device
	Size: 1 GB
	Locator: DIMM 0
	Bank Locator: Not Specified
	Manufacturer: Ramaxel
	Part Number: RMSA3260

Handle 0x1101, DMI type 17, 40 bytes
Memory Device
	Size: No Module Installed
	Locator: DIMM 1

Handle 0x3000, DMI type 38, 18 bytes
IPMI Device Information
	Interface Type: KCS (Keyboard Control Style)
	Specification Version: 2.0

Handle 0x3900, DMI type 39, 22 bytes
System Power Supply
	Manufacturer: DELL

Handle 0x7F00, DMI type 127, 4 bytes
End Of Table
"""
ETHTOOL_I = """\
driver: hinic
version:
firmware-version: 2.3.2.16
bus-info: 0000:01:00.0
"""
LSHW = """{"id": "host", "class": "system", "handle": "DMI:0100", "product": "2288H V5", "serial": "2102311TYBN0J4000001", "children": [
 {"id": "core", "class": "bus", "children": [
  {"id": "memory", "class": "memory", "children": [
   {"id": "bank", "class": "memory", "handle": "DMI:1100", "product": "RMSA3260"}]},
  {"id": "pci", "class": "bridge", "businfo": "pci@0000:00:02.0", "children": [
   {"id": "network", "class": "network", "businfo": "pci@0000:01:00.0", "logicalname": "eth0",
    "configuration": {"driver": "hinic", "firmware": "2.3.2.16"}},
   {"id": "network:1", "class": "network", "businfo": "pci@0000:01:00.4"}]},
  {"id": "usb", "class": "communication", "businfo": "usb@1:3"},
  {"id": "scsi", "class": "disk", "businfo": "scsi@0:0.0.0", "logicalname": "/dev/sda", "product": "M1", "serial": "S1", "version": "1.07"},
  {"id": "input", "class": "input", "logicalname": ["input0", "/dev/input/event0"]}]}]}
"""
QEMU = ["qemu-system-x86_64", "-nodefaults", "-device", "e1000e,mac=52:54:00:aa:00:02,bus=port1", "-device", "usb-redir,bus=xhci.0",
        "-device", "scsi-hd,drive=disk1,serial=S1,ver=1.07", "-smbios", "type=17,manufacturer=Ramaxel,part=RMSA3260"]
MODEM = UsbIdentity("e3372", 0x12D1, 0x14DC, 0x0102, "HUAWEI_MOBILE", "HUAWEI_MOBILE", "0123456789ABCDEF", ("ecm",))
IDENTITY = PciIdentity(0x19E5, 0x0222, 0x19E5, 0xD129)
VIRTUAL = {"0000:01:00.4": "0000:01:00.0"}


def component(key, kind, ids=(), serial=None, firmware=(), slot="", **names):
    return {"key": key, "kind": kind, "identifiers": [dict(zip(("registry", "value"), i.split("="))) for i in ids],
            "names": names, "location": {"slot": slot} if slot else {}, "firmware": [{"name": "f", "version": v} for v in firmware],
            **({"serial": serial} if serial else {})}


def made_scan():
    components = [
        component("pci/0000:00/02.0", "pci_function", ["pci=1b36:000c", "pci_subsystem=1b36:0000"], **{"class": "060400"}, revision="00", driver="pcieport"),
        component("pci/0000:00/02.0/00.0", "pci_function", ["pci=19e5:0222", "pci_subsystem=19e5:d129"], **{"class": "020000"},
                  revision="45", driver="hinic"),
        component("usb/0000:00/06.0/hs", "usb_device", ["usb=1d6b:0002"]),
        component("usb/0000:00/06.0/hs/3", "usb_device", ["usb=12d1:14dc"], serial="0123456789ABCDEF"),
        component("smbios/system", "system", serial="2102311TYBN0J4000001", manufacturer="Huawei", product="2288H V5"),
        component("smbios/memory/DIMM 0", "memory_module", slot="DIMM 0", manufacturer="Ramaxel", part_number="RMSA3260"),
        component("smbios/ipmi", "bmc", ipmi_version="2.0"),
        component("net/pci/0000:00/02.0/00.0/0", "network_interface", ["mac=525400aa0002"], firmware=["2.3.2.16"], driver="hinic"),
        component("block/x", "block_device", serial="S1", firmware=["1.07"], model="M1"),
    ]
    placement = {
        "pci/0000:00/02.0": {"address": "0000:00:02.0"},
        "pci/0000:00/02.0/00.0": {"address": "0000:01:00.0", "virtual_functions": "1"},
        "usb/0000:00/06.0/hs": {"address": "usb1", "device_number": "1"},
        "usb/0000:00/06.0/hs/3": {"address": "1-3", "device_number": "3"},
        "net/pci/0000:00/02.0/00.0/0": {"interface": "eth0"}, "block/x": {"device": "sda"},
    }
    # Of q35 and of the shared directory, which QEMU always emulates.
    return {"inventory": {"components": components, "sources": []}, "placement": {"placement": placement}}


def compared(scan):
    """Problems by tool."""
    inventory = comparison.Inventory(scan)
    interfaces = {"eth0": (listings.parse_fields(ETHTOOL_I), {"Permanent address": "52:54:00:aa:00:02"})}
    told, _ = emulated.compare_qemu(listings.parse_qemu(QEMU), {"8086:10d3": IDENTITY}, [MODEM], inventory)
    return {
        "lspci": comparison.compare_lspci(listings.parse_lspci(LSPCI), VIRTUAL, inventory),
        "lsusb": comparison.compare_lsusb(listings.parse_lsusb(LSUSB), inventory),
        "dmidecode": comparison.compare_dmidecode(listings.parse_dmidecode(DMIDECODE), inventory)[0],
        "ethtool": comparison.compare_ethtool(interfaces, VIRTUAL, inventory),
        "lshw": lshw_comparison.compare_lshw(listings.parse_lshw(LSHW), VIRTUAL, inventory),
        # The machine's own devices are left out of these short listings.
        "QEMU": [problem for problem in told if not any(name in problem for name in emulated.ALWAYS.values())],
    }


class Comparison(unittest.TestCase):
    def problems_without(self, key):
        scan = made_scan()
        scan["inventory"]["components"] = [c for c in scan["inventory"]["components"] if c["key"] != key]
        return compared(scan)

    def named(self, problems, *tools):
        self.assertEqual({tool for tool, found in problems.items() if found}, set(tools), problems)
        for tool in tools:
            self.assertTrue(problems[tool][0].startswith(f"{tool}: "), problems[tool])

    def test_what_is_all_there_has_no_problem(self):
        self.named(compared(made_scan()))

    def test_what_is_missing_is_named_with_every_tool_that_lists_it(self):
        self.named(self.problems_without("pci/0000:00/02.0"), "lspci", "lshw")
        self.named(self.problems_without("pci/0000:00/02.0/00.0"), "lspci", "lshw", "QEMU")
        self.named(self.problems_without("usb/0000:00/06.0/hs/3"), "lsusb", "lshw", "QEMU")
        self.named(self.problems_without("smbios/system"), "dmidecode", "lshw")
        self.named(self.problems_without("smbios/ipmi"), "dmidecode")
        self.named(self.problems_without("smbios/memory/DIMM 0"), "dmidecode", "lshw", "QEMU")
        self.named(self.problems_without("net/pci/0000:00/02.0/00.0/0"), "ethtool", "lshw", "QEMU")
        self.named(self.problems_without("block/x"), "lshw", "QEMU")

    def test_every_value_that_is_held_against_a_tool_counts(self):
        for key, change, tool in (
                ("pci/0000:00/02.0/00.0", {"identifiers": []}, "lspci"),
                ("usb/0000:00/06.0/hs/3", {"serial": "other"}, "lsusb"),
                ("usb/0000:00/06.0/hs/3", {"identifiers": []}, "lsusb"),
                ("smbios/system", {"serial": "other"}, "dmidecode"),
                ("smbios/memory/DIMM 0", {"location": {}}, "dmidecode"),
                ("net/pci/0000:00/02.0/00.0/0", {"names": {"driver": "other"}}, "ethtool"),
                ("net/pci/0000:00/02.0/00.0/0", {"firmware": []}, "ethtool"),
                ("net/pci/0000:00/02.0/00.0/0", {"identifiers": []}, "ethtool"),
                ("block/x", {"serial": "other"}, "lshw"), ("block/x", {"firmware": []}, "lshw"),
                ("block/x", {"names": {"model": "other"}}, "lshw")):
            scan = made_scan()
            next(c for c in scan["inventory"]["components"] if c["key"] == key).update(copy.deepcopy(change))
            self.assertTrue(compared(scan)[tool], (key, change))
        for name in ("class", "revision", "driver"):
            scan = made_scan()
            del scan["inventory"]["components"][1]["names"][name]
            self.assertTrue(compared(scan)["lspci"], name)

    def test_virtual_functions_are_counted_and_are_no_parts(self):
        scan = made_scan()
        scan["placement"]["placement"]["pci/0000:00/02.0/00.0"]["virtual_functions"] = "2"
        self.assertIn("count of virtual functions", compared(scan)["lspci"][0])
        scan = made_scan()
        scan["inventory"]["components"].append(component("pci/0000:00/02.0/00.4", "pci_function"))
        scan["placement"]["placement"]["pci/0000:00/02.0/00.4"] = {"address": "0000:01:00.4"}
        self.assertIn("part of its own", compared(scan)["lspci"][0])

    def test_what_no_tool_lists_is_no_part_either(self):
        scan = made_scan()
        scan["inventory"]["components"].append(component("pci/0000:00/1f.0", "pci_function"))
        self.assertIn("lspci does not list", compared(scan)["lspci"][0])

    def test_what_assay_does_not_read_is_told(self):
        _, not_read = comparison.compare_dmidecode(listings.parse_dmidecode(DMIDECODE), comparison.Inventory(made_scan()))
        self.assertEqual(len(not_read), 1)
        self.assertIn("power supply", not_read[0])

    def test_an_unknown_structure_node_or_model_is_a_problem(self):
        inventory = comparison.Inventory(made_scan())
        structure = listings.SmbiosStructure("0x0001", 99, "New Device", {})
        self.assertTrue(comparison.compare_dmidecode([structure], inventory)[0])
        node = listings.parse_lshw('{"id": "x", "class": "system", "children": [{"id": "thing", "class": "generic"}]}')
        self.assertTrue(lshw_comparison.compare_lshw(node, {}, inventory))
        told, _ = emulated.compare_qemu(listings.parse_qemu(["q", "-device", "new-thing,a=b"]), {}, [], inventory)
        self.assertTrue(any("new-thing" in problem for problem in told))

    def test_a_text_that_is_no_listing_is_refused(self):
        with self.assertRaises(ValueError):
            listings.parse_lsusb("unable to initialize usb spec\n")
        with self.assertRaises(ValueError):
            listings.parse_lspci("Slot:\t0000:00:02.0\nClass:\tPCI bridge\nVendor:\tX [1b36]\nDevice:\tY [000c]\n")


class Descriptor(unittest.TestCase):
    def test_descriptors_have_the_lengths_they_say(self):
        for functions in (("ecm",), ("acm", "vendor", "ecm"), ("uvc",), ("vendor",)):
            made = Descriptors(UsbIdentity("x", 1, 2, 3, "m", "p", "s", functions))
            whole, at, interfaces = made.configuration, 0, set()
            self.assertEqual(int.from_bytes(whole[2:4], "little"), len(whole))
            while at < len(whole):
                if whole[at + 1] == 4:
                    interfaces.add(whole[at + 2])
                at += whole[at]
            self.assertEqual(at, len(whole))
            self.assertEqual(len(interfaces), whole[4])


if __name__ == "__main__":
    unittest.main()
