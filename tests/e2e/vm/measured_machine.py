"""A machine that measures how it boots: OVMF, shim, GRUB and Debian's kernel as they are signed, each measured by the one before it
into a TPM in software, and IMA by the policy that ima_policy=tcb names. It can be switched off, altered and switched on again; its
TPM and what its firmware remembers last."""

import hashlib
import json
import pathlib
import re
import shutil

from esp import Esp
from firmware import firmware
from lab_machine import LabMachine, wait_for
from measurements import Measured
from virtual_machine import KERNEL_LINE

MEASURED_LINE = f"{KERNEL_LINE} ima_policy=tcb"
RULES_LINE = f"{MEASURED_LINE} ima_rules=/etc/ima/rules"  # guest/init
RULES = pathlib.Path(__file__).parent / "guest/ima-rules"
GRUB = "/EFI/BOOT/grubx64.efi"
GRUB_CONFIG = "/EFI/debian/grub.cfg"
DEVICES = (
    "-drive", "if=none,id=esp,format=raw,file={run}/esp.img", "-device", "virtio-blk-pci,drive=esp,bootindex=1,romfile=",
    "-drive", "if=none,id=root,format=raw,file={run}/root.img", "-device", "nvme,drive=root,serial=VM-NVME-1",
    "-device", "virtio-net-pci,netdev=way,mac=52:54:00:aa:00:01,romfile=",
)
# PCRs first: the list may grow while one reads. The kernel has no file where it has no event log.
SAVE_EVIDENCE = """
    out=/share/out/{name} security=/sys/kernel/security
    rm -rf $out
    mkdir $out
    for bank in /sys/class/tpm/tpm0/pcr-*; do
        mkdir "$out/${{bank##*/}}"
        cp "$bank"/* "$out/${{bank##*/}}/"
    done
    cp $security/ima/binary_runtime_measurements $out/
    [ ! -d $security/tpm0 ] || cp $security/tpm0/binary_bios_measurements $out/
"""


# linuxefi is what "linux" does under Secure Boot. Without, "linux" starts the kernel past its EFI stub, which would have kept the event log.
def grub_config(line, linux="linuxefi", initrd="initrdefi"):
    return f"serial --unit=0 --speed=115200\nterminal_output serial\nset timeout=0\n{linux} /vmlinuz {line}\n{initrd} /initrd.img\nboot\n"


def pcrs(evidence):
    """{bank: {index: value in lower-case hexadecimal digits}} as the kernel shows them."""
    return {bank.name.removeprefix("pcr-"): {int(file.name): file.read_text().strip().lower() for file in bank.iterdir()}
            for bank in evidence.glob("pcr-*")}


class MeasuredMachine(LabMachine):
    # On the disk, as a device has them: IMA sees them too.
    AGENT_CONFIG, AGENT_STATE = "/etc/assay/agent.toml", "/var/lib/assay-agent"

    def __init__(self, name, disk, secure_boot):
        super().__init__(name, DEVICES)
        self.disk, self.esp = disk, Esp(self.run_dir / "esp.img")
        self.vm.arguments += firmware(self.run_dir, secure_boot)

    def lay_disks(self, line=MEASURED_LINE):
        """Anew: whatever was altered on them is gone."""
        for image in ("esp.img", "root.img"):
            shutil.copy(self.disk / image, self.run_dir / image)
        self.configure_grub(grub_config(line))

    def configure_grub(self, text):
        self.esp.write(GRUB_CONFIG, text.encode())

    def start(self, devices=()):
        """With more devices than it had, for this boot."""
        self.switch_on(devices)
        self.meet_guest()

    def stop_agent(self):
        self.guest.run("killall -q assay-agent; while pidof assay-agent; do sleep 0.1; done")

    def report_again(self):
        self.stop_agent()
        self.start_agent()

    def device(self):
        (device,) = self.lab.assay_json("devices")["items"]
        return device

    def learn(self, *options):
        """A draft of what the device has booted, or run."""
        return self.lab.assay_json("reference", "learn", self.device()["id"], *options)["sha256"]

    def approve(self, reference):
        self.lab.assay("reference", "approve", reference, "--note", "as signed")

    def accept_boot(self, policy):
        """What the device has booted is what an operator accepts from now on, and that what the policy says runs in it."""
        self.approve(policy)
        self.approve(self.learn("--runtime-policy", policy))

    def policy_of_rules(self):
        """What the device has run is accepted, and nothing is looked away from; the rules are known, and leave nothing out."""
        shown = self.lab.assay_json("reference", "show", self.learn("--runtime"))["document"]["toml"]
        whole = re.sub(r"(?m)^excludes = .*$", "excludes = []", shown)
        digest = hashlib.sha256(RULES.read_bytes()).hexdigest()
        file = self.run_dir / "policy.toml"
        file.write_text(f'{whole}\n[[ima_policies]]\nname = "all that runs"\ndigests = ["sha256:{digest}"]\nexempts = []\n')
        return self.lab.assay_json("reference", "add", file, "--runtime")["sha256"]

    def stop(self):
        self.stop_agent()
        self.guest.power_off()

    def measured(self, name):
        """What this boot has measured until now; the files stay in share/out/NAME."""
        self.guest.run(SAVE_EVIDENCE.format(name=name))
        directory = self.run_dir / "share/out" / name
        log = directory / "binary_bios_measurements"
        shown = json.loads(self.lab.run([self.lab.program("assay"), "inspect", "eventlog", log])) if log.exists() else None
        return Measured(pcrs(directory), shown, (directory / "binary_runtime_measurements").read_bytes())

    def wait_for_console(self, text, seconds):
        console = self.run_dir / "console.txt"
        wait_for(f"the console says {text!r}", lambda: text in console.read_text(errors="replace"), seconds)
