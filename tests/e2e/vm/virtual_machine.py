"""One boot of a virtual machine with firmware and a TPM, without KVM: QEMU's q35 with OVMF, swtpm behind tpm-crb, a root
disk over NVMe (changes are thrown away), a few devices for an inventory, no network but loopback. Files go in and out
through a shared directory."""

import pathlib
import shutil
import subprocess
import time


class VirtualMachine:
    """`image` as make-image leaves it, `tpm` as scripts/make-tpm leaves it; `run_dir` is made anew."""

    def __init__(self, image, tpm, run_dir):
        self.image, self.run_dir = pathlib.Path(image), pathlib.Path(run_dir)
        shutil.rmtree(self.run_dir, ignore_errors=True)
        for name in ("share/in", "share/out", "tpm"):
            (self.run_dir / name).mkdir(parents=True)
        shutil.copytree(tpm, self.run_dir / "tpm", dirs_exist_ok=True)
        shutil.copy("/usr/share/OVMF/OVMF_VARS_4M.fd", self.run_dir / "vars.fd")

    def put(self, file, name=None):
        shutil.copy(file, self.run_dir / "share/in" / (name or pathlib.Path(file).name))

    def command(self):
        run = self.run_dir
        kernel_line = "console=ttyS0,115200 mitigations=off random.trust_cpu=on panic=-1 loglevel=4 net.ifnames=0"
        return [
            "qemu-system-x86_64", "-nodefaults", "-display", "none", "-no-reboot",
            "-machine", "q35,accel=tcg", "-cpu", "max,la57=off", "-smp", "1", "-m", "1024", "-rtc", "base=utc",
            "-drive", "if=pflash,format=raw,unit=0,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd",
            "-drive", f"if=pflash,format=raw,unit=1,file={run}/vars.fd",
            "-kernel", f"{self.image}/vmlinuz", "-initrd", f"{self.image}/initrd.img", "-append", kernel_line,
            "-chardev", f"file,id=console,path={run}/console.txt", "-serial", "chardev:console",
            "-chardev", f"socket,id=tpm,path={run}/tpm.sock", "-tpmdev", "emulator,id=tpm0,chardev=tpm",
            "-device", "tpm-crb,tpmdev=tpm0",
            "-drive", f"if=none,id=root,format=raw,snapshot=on,file={self.image}/root.img",
            "-device", "nvme,drive=root,serial=VM-NVME-1",
            "-virtfs", f"local,path={run}/share,mount_tag=share,security_model=none",
            "-device", "pcie-root-port,id=port1,chassis=1,slot=1",
            "-netdev", "user,id=net1,restrict=on",
            "-device", "e1000e,netdev=net1,mac=52:54:00:aa:00:02,bus=port1,romfile=",
            "-device", "qemu-xhci,id=usb", "-device", "usb-kbd,bus=usb.0",
            "-smbios", "type=1,manufacturer=Example,product=Router,serial=VM-0001",
            "-device", "virtio-rng-pci",
        ]

    def boot(self, timeout):
        """Runs share/in/run in the guest and waits for its end. Returns (exit code, stdout, stderr, seconds)."""
        started = time.monotonic()
        tpm = subprocess.Popen(
            ["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={self.run_dir}/tpm", "--terminate",
             "--ctrl", f"type=unixio,path={self.run_dir}/tpm.sock", "--log", f"file={self.run_dir}/swtpm.log,level=1"])
        try:
            while not (self.run_dir / "tpm.sock").exists():
                time.sleep(0.05)
                assert tpm.poll() is None, "swtpm did not start"
            with open(self.run_dir / "qemu.log", "w") as log:
                subprocess.run(self.command(), stdout=log, stderr=log, timeout=timeout, check=False)
        finally:
            tpm.terminate()
            tpm.wait()
        out = self.run_dir / "share/out"
        if not (out / "exit").exists():
            raise RuntimeError(f"the guest did not finish; see {self.run_dir}/console.txt and qemu.log")
        return (int((out / "exit").read_text()), (out / "stdout").read_text(), (out / "stderr").read_text(),
                time.monotonic() - started)
