"""What of a boot somebody alters, one thing at a time, on a machine of measured_machine.py whose disks were as they should be before:
each step must show in the PCRs that it belongs into and no others, in the event log as what it is, and with the collector, which has
learned from the first boot what is accepted."""

from measured_machine import GRUB, MEASURED_LINE, grub_config
from steps import expect

REFUSED = "Verification failed"  # by shim, on the console
# One sentence of GRUB's, in another word: it is the same program to whoever uses it.
GRUB_TEXT, OTHER_TEXT = b"Welcome to GRUB!", b"Welcome to GRUC!"
# QEMU's own e1000e with the network boot program that it has, for firmware to load and run.
CARD_WITH_ROM = ("-netdev", "user,id=extra,restrict=on", "-device", "e1000e,netdev=extra,mac=52:54:00:aa:00:05")


def pcr_list(indices):
    return "PCR " + ", ".join(str(index) for index in sorted(indices))


class BootChanges:
    def __init__(self, machine):
        self.machine = machine

    def step(self, name):
        """Does a step of STEPS and returns what was seen. StepFailed says what was not."""
        try:
            return STEPS[name](self)
        finally:
            self.machine.vm.stop()

    def measured(self, name):
        """What was measured until now, which replays."""
        measured = self.machine.measured(name)
        problems = measured.problems()
        expect(not problems, "; ".join(problems))
        return measured

    def as_signed(self):
        self.machine.lay_disks()
        self.machine.start()
        self.first = self.measured("as-signed")
        self.machine.start_agent()
        expect(self.measured("with-agent").file_digests("/usr/bin/assay-agent"), "the agent is not in the IMA list")
        self.expect_judged("boot", "none", "boot_reference_unknown")
        self.machine.accept_boot(self.machine.learn("--runtime"))
        self.machine.report_again()
        self.expect_judged("boot", "affirming", "boot_accepted")
        # What the kernel's own policy leaves unmeasured, nobody can accept: so no part is attested_os.
        self.expect_judged("runtime", "warning", "runtime_exempt")
        self.parts = self.machine.components()
        levels = {part["proof"] for part in self.parts.values()}
        expect(levels == {"reported"}, f"parts are {levels}")
        self.machine.stop()
        return (f"event log and IMA list replay to every PCR in {len(self.first.pcrs)} banks; the collector learned the boot and "
                "affirms it, and says what the runtime lacks")

    def expect_judged(self, axis, state, reason):
        """How the collector stands to the last report."""
        found = self.machine.device()[axis]
        expect((found["state"], found["reason"]) == (state, reason), f"{axis} is {found}")

    def expect_named(self, pcrs, named):
        """That the collector says which PCRs differ, and which event it found in one of them."""
        against, *differences = self.machine.device()["boot"]["detail"].split("; ")
        expect(against.startswith(f"PCR {','.join(str(index) for index in sorted(pcrs))} against "), f"the collector says {against}")
        expect(any(one.startswith(f"found PCR {index} ") and named in one for one in differences for index in pcrs),
               f"nothing of {named} is found by {differences}")

    def again(self):
        """The disk as the guest left it: nothing was altered."""
        self.boot("again", set())
        return "no PCR differs, and the boot is affirmed"

    def boot(self, name, wanted, devices=(), named=""):
        """Boots; the PCRs wanted must differ from the boot as signed, and no others; the collector sees the same and names it."""
        self.machine.start(devices)
        measured = self.measured(name)
        self.machine.start_agent()
        if wanted:
            self.expect_judged("boot", "contraindicated", "boot_reference_mismatch")
            self.expect_named(wanted, named)
            self.expect_judged("runtime", "none", "runtime_needs_boot")
        else:
            self.expect_judged("boot", "affirming", "boot_accepted")
        self.machine.stop()
        found = measured.differs_in(self.first)
        expect(found == wanted, f"{pcr_list(found)} differ, and not {pcr_list(wanted)}")
        return measured

    def kernel_line(self):
        self.machine.lay_disks()
        self.machine.configure_grub(grub_config(f"{MEASURED_LINE} iomem=relaxed"))
        measured = self.boot("kernel-line", {8, 9}, named="iomem=relaxed")
        expect(measured.events("kernel_command_line", "iomem=relaxed"), "the event log does not name it")
        return "PCR 8 and 9 differ, and the event log has the line"

    def loader_config(self):
        self.machine.lay_disks()
        self.machine.configure_grub("set pager=1\n" + grub_config(MEASURED_LINE))
        measured = self.boot("loader-config", {8, 9}, named="set pager=1")
        expect(measured.events("set pager=1"), "the event log does not name it")
        return "PCR 8 and 9 differ, and the event log has the command"

    def alter_loader(self):
        self.machine.lay_disks()
        grub = self.machine.esp.read(GRUB)
        expect(grub.count(GRUB_TEXT) == 1, "this GRUB says something else")
        self.machine.esp.write(GRUB, grub.replace(GRUB_TEXT, OTHER_TEXT))

    def loader_refused(self):
        self.alter_loader()
        self.machine.switch_on()
        self.machine.wait_for_console(REFUSED, 300)
        return "shim refuses it"

    def loader(self):
        self.alter_loader()
        self.boot("loader", {4}, named="grubx64")
        return "PCR 4 differs, and the collector names the program"

    def no_log(self):
        """As GRUB starts a kernel by default where Secure Boot is off: PCRs without a log of what went into them."""
        self.machine.lay_disks()
        self.machine.configure_grub(grub_config(MEASURED_LINE, "linux", "initrd"))
        self.machine.start()
        measured = self.machine.measured("no-log")
        self.machine.start_agent()
        self.expect_judged("boot", "none", "boot_not_appraised")
        self.machine.stop()
        expect(measured.log is None, "the kernel has an event log")
        expect(any(measured.pcrs["sha256"][9].strip("0")), "nothing was measured")
        return "the kernel has none, PCRs have values, and the boot is not appraised"

    def device_with_rom(self):
        self.machine.lay_disks()
        measured = self.boot("device-with-rom", {2}, CARD_WITH_ROM, named="EV_EFI_BOOT_SERVICES_DRIVER")
        expect(measured.events("EV_EFI_BOOT_SERVICES_DRIVER"), "the event log has no driver")
        cards = {key: part for key, part in self.machine.components().items() if key not in self.parts}
        found = {key: part for key, part in cards.items() if {"registry": "pci", "value": "8086:10d3"} in part["identifiers"]}
        expect(len(found) == 1 and all(key.startswith(("pci/", "net/pci/")) for key in cards), f"new parts are {cards}")
        return f"PCR 2 differs, the event log has a driver, and the inventory has {', '.join(found)}"


STEPS = {
    "boot as signed": BootChanges.as_signed,
    "boot again": BootChanges.again,
    "kernel command line": BootChanges.kernel_line,
    "boot loader's configuration": BootChanges.loader_config,
    "boot loader, refused": BootChanges.loader_refused,
    "boot loader": BootChanges.loader,
    "device with an option ROM": BootChanges.device_with_rom,
    "no event log": BootChanges.no_log,
}
