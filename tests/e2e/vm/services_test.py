#!/usr/bin/python3
"""The services as installed from the packages, in a virtual machine: services_test.py WORK, with WORK/image and WORK/tpm. What
is checked is guest/first-hour, which runs inside; this shows its steps and fails where it fails."""

import pathlib
import sys

from firmware import firmware
from virtual_machine import VirtualMachine, kernel


def arguments(work):
    """The root disk over NVMe (changes are thrown away), and a few devices for an inventory."""
    return [
        *kernel(work / "image"),
        "-drive", f"if=none,id=root,format=raw,snapshot=on,file={work}/image/root.img",
        "-device", "nvme,drive=root,serial=VM-NVME-1",
        "-device", "pcie-root-port,id=port1,chassis=1,slot=1",
        "-netdev", "user,id=net1,restrict=on",
        "-device", "e1000e,netdev=net1,mac=52:54:00:aa:00:02,bus=port1,romfile=",
        "-device", "qemu-xhci,id=usb", "-device", "usb-kbd,bus=usb.0",
        "-smbios", "type=1,manufacturer=Example,product=Router,serial=VM-0001",
        "-device", "virtio-rng-pci",
    ]


def main():
    work = pathlib.Path(sys.argv[1])
    machine = VirtualMachine(work / "run", work / "tpm", arguments(work))
    machine.arguments += firmware(machine.run_dir)
    machine.put(pathlib.Path(__file__).parent / "guest/first-hour", "run")
    machine.put(work / "ca/issuercert.pem")
    machine.put(work / "ca/swtpm-localca-rootca-cert.pem")
    code, out, err, seconds = machine.run(timeout=900)
    print(out, end="")
    if code != 0:
        print(err, file=sys.stderr)
        print(f"failed; the journal is in {machine.run_dir}/share/out/journal.txt", file=sys.stderr)
    steps = out.count("ok: ")
    print(f"{seconds:.0f} s\n{steps} passed, {1 if code else 0} failed")
    return code


if __name__ == "__main__":
    sys.exit(main())
