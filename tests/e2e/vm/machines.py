"""The machines whose inventory is tested: what QEMU is told to emulate, the identities that no option of QEMU gives
(pci_identity.py), and the USB devices that stand outside it (usb_peer.py). In arguments {run} is the directory of the boot."""

import dataclasses

from pci_identity import PciIdentity
from usb_peer import UsbIdentity


@dataclasses.dataclass(frozen=True)
class Machine:
    about: str
    arguments: tuple
    pci: dict = dataclasses.field(default_factory=dict)  # ids as QEMU emulates it -> PciIdentity, of the first such device
    usb: tuple = ()
    texts: dict = dataclasses.field(default_factory=dict)  # a text that QEMU has -> the one put in its place
    start: str = ""  # run in the guest once its drivers are loaded
    native_hotplug: bool = False  # ports plug by PCI Express, not by ACPI


def lines(text):
    return tuple(argument for line in text.strip().splitlines() for argument in line.split(maxsplit=1))


# Every machine: a free port for what is plugged in, a way to the collector's side, disks of four kinds, a few USB devices.
BASE = lines("""
-device pcie-root-port,id=port1,chassis=1,slot=1
-device pcie-root-port,id=port2,chassis=2,slot=2
-device pcie-root-port,id=port3,chassis=3,slot=3
-device virtio-net-pci,id=nic0,netdev=way,mac=52:54:00:aa:00:01,romfile=
-smbios type=41,designation=Onboard LAN 1,instance=1,kind=ethernet,pcidev=nic0
-netdev user,id=net1,restrict=on
-device e1000e,netdev=net1,mac=52:54:00:aa:00:02,bus=port1,romfile={run}/rom.img,subsys_ven=0x8086,subsys=0xa01f
-drive if=none,id=disk1,format=raw,file={run}/disk.img,snapshot=on,file.locking=off
-device nvme-subsys,id=nvm0
-device nvme,serial=VM-NVME-1,id=nvme0,subsys=nvm0,bus=port3,sriov_max_vfs=2,sriov_vq_flexible=4,sriov_vi_flexible=2,max_ioqpairs=7,msix_qsize=8
-device nvme-ns,drive=disk1,bus=nvme0
-drive if=none,id=disk2,format=raw,file={run}/disk.img,snapshot=on,file.locking=off
-device ide-hd,drive=disk2,bus=ide.0,model=VM SATA DISK,serial=VM-SATA-1,ver=1.07
-device qemu-xhci,id=xhci,p2=15,p3=15
-drive if=none,id=disk3,format=raw,file={run}/disk.img,snapshot=on,file.locking=off
-device usb-storage,bus=xhci.0,drive=disk3,serial=VM-STICK-1
-device usb-kbd,bus=xhci.0
""")

HUAWEI_PCI = {
    "8086:10d3": PciIdentity(0x19E5, 0x0222, 0x19E5, 0xD129),
    "1b36:0010": PciIdentity(0x19E5, 0x0123, 0x19E5, 0x0030),
}
# Virtual functions where a device can have some; nothing drives them.
VIRTUAL_FUNCTIONS = """
for device in /sys/bus/pci/devices/*; do
    [ -e "$device/sriov_totalvfs" ] || continue
    echo 0 > "$device/sriov_drivers_autoprobe"
    cat "$device/sriov_totalvfs" > "$device/sriov_numvfs"
done
"""
NETWORK_DRIVER = VIRTUAL_FUNCTIONS + "modprobe -a e1000e 8139too\necho 19e5 0222 ffffffff ffffffff 0 0 3 > /sys/bus/pci/drivers/e1000e/new_id"
E3372 = UsbIdentity("e3372", 0x12D1, 0x14DC, 0x0102, "HUAWEI_MOBILE", "HUAWEI_MOBILE", "0123456789ABCDEF", ("ecm",))

FIRMWARE = lines("""
-smbios type=0,vendor=HUAWEI,version=1.35,date=04/08/2023,release=5.17
-smbios type=1,manufacturer=Huawei,product=2288H V5,version=Purley,serial=2102311TYBN0J4000001,uuid=11223344-5566-7788-99aa-bbccddeeff00,sku=NA,family=FusionServer
-smbios type=2,manufacturer=Huawei,product=BC11SPSCB,version=B,serial=023TYB10J4000001,asset=none,location=Slot 0
-smbios type=3,manufacturer=Huawei,version=V5,serial=2102311TYBN0J4000001,asset=A1,sku=NA
-smbios type=4,sock_pfx=CPU,manufacturer=HiSilicon,version=Kunpeng 920,serial=C1,asset=C,part=P,max-speed=2600,current-speed=2600
-smbios type=11,value=SDK: huawei iBMC
-smbios type=17,loc_pfx=DIMM,bank=B,manufacturer=Ramaxel,serial=M1,asset=MA,part=RMSA3260,speed=2666
-device ipmi-bmc-sim,id=bmc0,mfg_id=2011,product_id=0x0114,device_id=32,fwrev1=3,fwrev2=0x18
-device isa-ipmi-kcs,bmc=bmc0
-drive if=none,id=disk4,format=raw,file={run}/disk.img,snapshot=on,file.locking=off
-device virtio-scsi-pci,id=scsi
-device scsi-hd,bus=scsi.0,drive=disk4,vendor=HUAWEI,product=HWE32SS3,ver=2158,serial=HW0001
""")

MACHINES = {
    "small": Machine("the essentials, for every run of the tests", BASE + FIRMWARE, dict(HUAWEI_PCI), (E3372,),
                     start=NETWORK_DRIVER),
    "huawei": Machine(
        "a server that names covered vendors wherever a name can be set",
        BASE + FIRMWARE + lines("""
-machine x-oem-id=HUAWEI,x-oem-table-id=HISI0001
-global ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off
-device bochs-display,id=display
-netdev user,id=net2,restrict=on
-device rtl8139,netdev=net2,mac=52:54:00:aa:00:03,romfile=
"""),
        {**HUAWEI_PCI, "10ec:8139": PciIdentity(0x1CF2, 0x8139, 0x1CF2, 0x0001),
         "1234:1111": PciIdentity(0x19E5, 0x1711, 0x19E5, 0x1711)},
        (E3372,
         UsbIdentity("me909s", 0x12D1, 0x15C1, 0x0102, "Huawei Technologies Co., Ltd.", "HUAWEI Mobile V7R11", "ME909S00001",
                     ("acm", "vendor", "ecm")),
         UsbIdentity("zte", 0x19D2, 0x1405, 0x52EC, "ZTE,Incorporated", "ZTE Mobile Broadband", "ZTE0001", ("ecm",)),
         UsbIdentity("hik", 0x2BDF, 0x0289, 0x0409, "HIK", "HIK 1080P Camera", "HIK0001", ("uvc",)),
         UsbIdentity("hytera", 0x238B, 0x0A11, 0x0100, "Hytera Communications", "Digital Radio USB Device", "HYT0001", ("vendor",))),
        {"QEMU NVMe Ctrl": "HWE56P43320M"},
        NETWORK_DRIVER + "\necho 1cf2 8139 > /sys/bus/pci/drivers/8139too/new_id",
        native_hotplug=True,
    ),
    "zoo": Machine(
        "whatever else QEMU emulates under a real vendor's id",
        BASE + lines("""
-device pcie-pci-bridge,id=bridge
-device tulip,bus=bridge,addr=1,romfile=
-device i82550,bus=bridge,addr=2,romfile=
-device pcnet,bus=bridge,addr=3,romfile=
-device ne2k_pci,bus=bridge,addr=4,romfile=
-device e1000,bus=bridge,addr=5,romfile=
-device rtl8139,bus=bridge,addr=6,romfile=
-device vmxnet3,romfile=
-device megasas
-device mptsas1068
-device am53c974
-device lsi53c895a
-device nec-usb-xhci,id=nec
-device usb-ehci,id=ehci
-device edu
-device pci-testdev
-object memory-backend-ram,id=shared,size=1M
-device ivshmem-plain,memdev=shared
-device ich9-intel-hda
-device sdhci-pci,id=sdhci
-drive if=none,id=card,format=raw,file={run}/disk.img,snapshot=on,file.locking=off
-device sd-card,drive=card
-device i6300esb
-chardev null,id=serial1
-device pci-serial,chardev=serial1
-device tpci200
-object can-bus,id=can
-device kvaser_pci,canbus=can
-device cirrus-vga,romfile=
-device rocker,name=switch,len-ports=0
-device virtio-balloon-pci
-device virtio-rng-pci
-drive if=none,id=disk5,format=raw,file={run}/disk.img,snapshot=on,file.locking=off
-device virtio-blk-pci,drive=disk5,serial=VM-VIRTIO-1
-device usb-hub,bus=xhci.0,port=3
-device usb-wacom-tablet,bus=xhci.0,port=3.1
-device usb-mouse,bus=xhci.0,port=3.2
-device usb-uas,bus=xhci.0,id=uas
-drive if=none,id=disk6,format=raw,file={run}/disk.img,snapshot=on,file.locking=off
-device scsi-hd,bus=uas.0,drive=disk6,serial=VM-UAS-1
-audiodev none,id=silence
-device usb-audio,bus=xhci.0,audiodev=silence
-chardev null,id=serial2
-device usb-serial,bus=xhci.0,chardev=serial2,always-plugged=on
-device usb-ccid,bus=xhci.0
-netdev user,id=net3,restrict=on
-device usb-net,bus=xhci.0,netdev=net3,mac=52:54:00:aa:00:04
"""),
        start=VIRTUAL_FUNCTIONS,
    ),
}
