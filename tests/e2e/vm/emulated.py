"""What QEMU was told to emulate, held against an inventory of assay-agent. Pure. A model that is in no table here is a failure:
the test would not know what to look for."""

from comparison import UNKNOWN, identifiers, mac_digits, text, versions

# The ids by which a model of QEMU is known on its bus; virtio devices have others on a port of PCI Express.
PCI_MODELS = {
    "pcie-root-port": {"1b36:000c"}, "pcie-pci-bridge": {"1b36:000e"}, "bochs-display": {"1234:1111"}, "edu": {"1234:11e8"},
    "e1000e": {"8086:10d3"}, "e1000": {"8086:100e"}, "i82550": {"8086:1209"}, "rtl8139": {"10ec:8139"}, "ne2k_pci": {"10ec:8029"},
    "pcnet": {"1022:2000"}, "tulip": {"1011:0019"}, "vmxnet3": {"15ad:07b0"}, "rocker": {"1b36:0006"}, "kvaser_pci": {"10e8:8406"},
    "nvme": {"1b36:0010"}, "megasas": {"1000:0060"}, "mptsas1068": {"1000:0054"}, "am53c974": {"1022:2020"},
    "lsi53c895a": {"1000:0012"}, "sdhci-pci": {"1b36:0007"}, "qemu-xhci": {"1b36:000d"}, "nec-usb-xhci": {"1033:0194"},
    "usb-ehci": {"8086:24cd"}, "ich9-intel-hda": {"8086:293e"}, "i6300esb": {"8086:25ab"}, "pci-serial": {"1b36:0002"},
    "tpci200": {"1498:30c8"}, "cirrus-vga": {"1013:00b8"}, "pci-testdev": {"1b36:0005"}, "ivshmem-plain": {"1af4:1110"},
    "virtio-net-pci": {"1af4:1000", "1af4:1041"}, "virtio-blk-pci": {"1af4:1001", "1af4:1042"},
    "virtio-balloon-pci": {"1af4:1002", "1af4:1045"}, "virtio-scsi-pci": {"1af4:1004", "1af4:1048"},
    "virtio-rng-pci": {"1af4:1005", "1af4:1044"},
}
USB_MODELS = {
    "usb-kbd": {"0627:0001"}, "usb-mouse": {"0627:0001"}, "usb-wacom-tablet": {"056a:0000"}, "usb-hub": {"0409:55aa"},
    "usb-storage": {"46f4:0001"}, "usb-uas": {"46f4:0003"}, "usb-audio": {"46f4:0002"}, "usb-serial": {"0403:6001"},
    "usb-ccid": {"08e6:4433"}, "usb-net": {"0525:a4a2"},
}
DISK_MODELS = ("ide-hd", "scsi-hd", "sd-card", "nvme", "virtio-blk-pci")
# Part of another model, or not on a bus that a tool or Assay reads.
NO_PARTS = {
    "isa-serial": "how the host asks the guest", "nvme-subsys": "groups controllers", "nvme-ns": "a namespace of a disk", "isa-ipmi-kcs": "the way to a BMC",
}
# The machine q35 itself, and the shared directory.
ALWAYS = {"8086:29c0": "q35's host bridge", "8086:2918": "q35's ISA bridge", "8086:2922": "q35's SATA controller",
          "8086:2930": "q35's SMBus controller", "1af4:1009": "-virtfs"}
DISK_TEXTS = {"vendor": "vendor", "product": "model", "model": "model"}  # of a disk's option -> name in its component
SMBIOS_TEXTS = {
    "0": {"vendor": "manufacturer", "date": "release_date"},
    "1": {"manufacturer": "manufacturer", "product": "product", "version": "version", "sku": "sku", "family": "family", "uuid": "uuid"},
    "2": {"manufacturer": "manufacturer", "product": "product", "version": "version", "asset": "asset_tag"},
    "3": {"manufacturer": "manufacturer", "version": "version", "asset": "asset_tag", "sku": "sku"},
    "4": {"manufacturer": "manufacturer", "version": "version", "asset": "asset_tag", "part": "part_number"},
    "17": {"manufacturer": "manufacturer", "asset": "asset_tag", "part": "part_number"},
}
SMBIOS_KINDS = {"0": "firmware", "1": "system", "2": "board", "3": "chassis", "4": "processor", "17": "memory_module"}


def is_disk(option, component):
    values, names = option.values, component["names"]
    if "serial" in values and text(component.get("serial")) != values["serial"]:
        return False
    if "ver" in values and values["ver"] not in versions(component):
        return False
    return all(text(names.get(place)) == values[word] for word, place in DISK_TEXTS.items() if word in values)


def is_structure(option, component):
    values = option.values
    texts = SMBIOS_TEXTS[values["type"]]
    return (component["kind"] == SMBIOS_KINDS[values["type"]] and component["key"].startswith("smbios/")
            and text(component.get("serial")) == values.get("serial", text(component.get("serial")))
            and (values["type"] != "0" or "version" not in values or values["version"] in versions(component))
            and all(text(component["names"].get(place)) == values[word] for word, place in texts.items() if word in values))


class Emulated:
    """What was told beside the options: `pci` maps a model's ids to the identity put in their place, `usb` are the devices
    behind usb-redir, in order."""

    def __init__(self, options, pci, usb, inventory):
        self.options, self.replaced, self.usb, self.inventory = options, dict(pci), list(usb), inventory
        self.left = {kind: inventory.of(kind) for kind in ("pci_function", "usb_device")}
        self.problems, self.count = [], 0

    def take(self, kind, registry, ids, told):
        """One component with one of these ids, that no other option has taken."""
        self.count += 1
        for component in self.left[kind]:
            if identifiers(component, registry) & ids:
                self.left[kind].remove(component)
                return component
        self.problems.append(f"QEMU: {told}: no {kind} {' or '.join(sorted(ids))} in the inventory")
        return None

    def one(self, told, fits, kinds):
        self.count += 1
        if not any(fits(component) for component in self.inventory.of(*kinds)):
            self.problems.append(f"QEMU: {told}: no such {' or '.join(kinds)} in the inventory")

    def pci(self, option):
        ids = PCI_MODELS[option.model]
        identity = next((self.replaced.pop(i) for i in sorted(ids) if i in self.replaced), None)
        component = self.take("pci_function", "pci", {identity.ids} if identity else ids, option.described())
        if not component:
            return
        subsystem = identity.subsystem if identity else ""
        if not identity and "subsys_ven" in option.values:
            subsystem = f"{int(option.values['subsys_ven'], 16):04x}:{int(option.values['subsys'], 16):04x}"
        if subsystem and subsystem not in identifiers(component, "pci_subsystem"):
            self.problems.append(f"QEMU: {option.described()}: its subsystem {subsystem} is not in the inventory")

    def usb_device(self, option):
        identity = self.usb.pop(0) if option.model == "usb-redir" else None
        ids = {identity.ids} if identity else USB_MODELS[option.model]
        component = self.take("usb_device", "usb", ids, option.described())
        serial = identity.serial if identity else option.values.get("serial", "")
        if component and serial and text(component.get("serial")) != serial:
            self.problems.append(f"QEMU: {option.described()}: its serial number {serial} is not in the inventory")

    def device(self, option):
        model, values = option.model, option.values
        if model in PCI_MODELS:
            self.pci(option)
        elif model in USB_MODELS or model == "usb-redir":
            self.usb_device(option)
        elif model == "ipmi-bmc-sim":
            self.one(option.described(), lambda c: identifiers(c, "pen") == {values["mfg_id"]}, ("bmc",))
        elif model == "tpm-crb":
            self.one(option.described(), lambda c: True, ("tpm",))
        elif model not in DISK_MODELS and model not in NO_PARTS:
            self.problems.append(f"QEMU: {option.described()}: {UNKNOWN}")
        if model in DISK_MODELS:
            self.one(option.described(), lambda c: is_disk(option, c), ("block_device",))
        if "mac" in values and model in PCI_MODELS:  # what a USB network device does with it is its driver's choice
            self.one(option.described(), lambda c: mac_digits(values["mac"]) in identifiers(c, "mac"), ("network_interface",))

    def compare(self):
        for ids, told in ALWAYS.items():
            self.take("pci_function", "pci", {ids}, told)
        for option in self.options:
            if option.option == "device":
                self.device(option)
            elif option.option == "smbios" and option.values["type"] == "41":  # names the place of a PCI function
                self.one(option.described(), lambda c, o=option: c["location"].get("slot") == o.values["designation"], ("pci_function",))
            elif option.option == "smbios" and option.values["type"] in SMBIOS_KINDS:
                self.one(option.described(), lambda c, o=option: is_structure(o, c), (SMBIOS_KINDS[option.values["type"]],))
        return self.problems


def compare_qemu(options, pci, usb, inventory):
    """(problems, how many things QEMU was told to emulate)."""
    emulated = Emulated(options, pci, usb, inventory)
    return emulated.compare(), emulated.count
