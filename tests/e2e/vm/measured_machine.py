"""A machine that measures how it boots: OVMF, shim, GRUB and Debian's kernel as they are signed, each measured by the one before it
into a TPM in software, and IMA by the policy that ima_policy=tcb names. It can be switched off, altered and switched on again; its
disks, its TPM and what its firmware remembers last."""

import shutil

from esp import Esp
from firmware import firmware
from lab_machine import LabMachine
from virtual_machine import KERNEL_LINE

MEASURED_LINE = f"{KERNEL_LINE} ima_policy=tcb"
GRUB = "/EFI/BOOT/grubx64.efi"
GRUB_CONFIG = "/EFI/debian/grub.cfg"
DEVICES = (
    "-drive", "if=none,id=esp,format=raw,file={run}/esp.img", "-device", "virtio-blk-pci,drive=esp,bootindex=1,romfile=",
    "-drive", "if=none,id=root,format=raw,file={run}/root.img", "-device", "nvme,drive=root,serial=VM-NVME-1",
    "-device", "virtio-net-pci,netdev=way,mac=52:54:00:aa:00:01,romfile=",
)
SAVE_EVIDENCE = """
    tpm=/sys/class/tpm/tpm0 security=/sys/kernel/security
    mkdir -p {out}
    for bank in "$tpm"/pcr-*; do
        mkdir "{out}/${{bank##*/}}"
        cp "$bank"/* "{out}/${{bank##*/}}/"
    done
    cp $security/tpm0/binary_bios_measurements $security/ima/binary_runtime_measurements $security/ima/violations {out}/
    cp /proc/cmdline {out}/
"""


def grub_config(line):
    return f"serial --unit=0 --speed=115200\nterminal_output serial\nset timeout=0\nlinux /vmlinuz {line}\ninitrd /initrd.img\nboot\n"


class MeasuredMachine(LabMachine):
    def __init__(self, name, disk, secure_boot):
        super().__init__(name, DEVICES)
        self.vm.arguments += firmware(self.run_dir, secure_boot)
        for image in ("esp.img", "root.img"):
            shutil.copy(disk / image, self.run_dir / image)
        self.esp = Esp(self.run_dir / "esp.img")
        self.set_kernel_line(MEASURED_LINE)

    def set_kernel_line(self, line):
        self.esp.write(GRUB_CONFIG, grub_config(line).encode())

    def start(self):
        self.switch_on()
        self.meet_guest()

    def stop(self):
        self.guest.power_off()

    def evidence(self, name):
        """What this boot has measured, in a directory: PCRs, read first, then event log and IMA list as the kernel gives them."""
        self.guest.run(SAVE_EVIDENCE.format(out=f"/share/out/{name}"))
        return self.run_dir / "share/out" / name

    def console(self):
        return (self.run_dir / "console.txt").read_text(errors="replace")
