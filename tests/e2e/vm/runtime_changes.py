"""What runs on a device beside what an operator has accepted, one thing at a time, on a machine of measured_machine.py whose kernel
measures all that runs: each must be named by the collector, and no part of the device be attested_os with it, which without it all are.
The first three steps are of one boot."""

import pathlib

from measured_machine import RULES_LINE
from steps import expect

AGENT = "/usr/bin/assay-agent"
LIBRARY = "/lib/x86_64-linux-gnu/libz.so.1"  # one that the agent needs
IMPOSTOR = "/usr/bin/assay_impostor"
SCRIPT = pathlib.Path(__file__).parent / "guest/report-by-script"
FORGED = "8086:10d3"  # by these two, which say so of whatever sits in a PCI slot
EXECUTABLES, A_SECOND = 1000, 50
REPORT_BYTES = 16384  # of a report that has nothing new to say, with its connection
# A program that ends at once (ELF, x86-64), in as many files that differ by a number behind it.
MAKE_EXECUTABLES = r"""
    mkdir /new && cd /new || exit 1
    printf '\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0\76\0\1\0\0\0\170\0\100\0\0\0\0\0\100\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\100\0\70\0\1\0\0\0\0\0\0\0' > ends
    printf '\1\0\0\0\5\0\0\0\0\0\0\0\0\0\0\0\0\0\100\0\0\0\0\0\0\0\100\0\0\0\0\0\200\0\0\0\0\0\0\0\200\0\0\0\0\0\0\0\0\20\0\0\0\0\0\0' >> ends
    printf '\152\74\130\61\377\17\5' >> ends
    chmod 755 ends
    i=0
    while [ $i -lt COUNT ]; do cp ends $i; echo $i >> $i; i=$((i + 1)); done
"""
RUN_EXECUTABLES = r"""
    cd /new || exit 1
    (
        i=0
        while [ $i -lt COUNT ]; do ./$i; i=$((i + 1)); done
        echo done
    ) > /run/ran 2>&1 < /dev/null &
"""


class RuntimeChanges:
    def __init__(self, machine):
        self.machine = machine

    def step(self, name):
        """Does a step of STEPS and returns what was seen. StepFailed says what was not."""
        return STEPS[name](self)

    def run(self, script):
        return self.machine.guest.run(script)

    def report(self, program=f"{AGENT} report --once --config", options=""):
        """One report in place of the service's; by whatever program."""
        self.machine.stop_agent()
        return self.run(f"{program} {self.machine.AGENT_CONFIG} {options}")

    def levels(self):
        return {part["proof"] for part in self.machine.components().values()}

    def expect_attested(self):
        device, levels = self.machine.device(), self.levels()
        expect(device["boot"]["reason"] == "boot_accepted", f"boot is {device['boot']}")
        expect(device["runtime"]["reason"] == "runtime_accepted", f"runtime is {device['runtime']}")
        expect(levels == {"attested_os"}, f"parts are {levels}")

    def expect_seen(self, *named):
        """That the last report is refused the proof, and why."""
        device, levels = self.machine.device(), self.levels()
        runtime = device["runtime"]
        expect(runtime["state"] == "contraindicated", f"runtime is {runtime}")
        for name in named:
            expect(name in runtime["detail"], f"runtime is {runtime}, and nothing of {name}")
        expect(device["boot"]["reason"] == "boot_accepted", f"boot is {device['boot']}")
        expect(levels == {"reported"}, f"parts are {levels}")
        return "named, and parts are reported only"

    def boot(self):
        if self.machine.vm.processes:
            self.machine.stop()  # where the step before failed; a TPM that is cut off would not know what time it is
        self.machine.lay_disks(RULES_LINE)
        self.machine.start()
        self.machine.start_agent()

    def boot_as_signed(self):
        """To where every part is attested_os."""
        self.boot()
        self.expect_attested()

    def as_signed(self):
        self.boot()
        self.machine.accept_boot(self.machine.policy_of_rules())
        self.machine.report_again()
        self.expect_attested()
        return f"all {len(self.machine.components())} parts are attested_os"

    def captured_tree(self):
        """The agent itself, told to read a tree that somebody made, says so: until it reads the machine again."""
        self.run("assay-agent capture /run/tree")
        self.report(options="--root /run/tree")
        levels = self.levels()
        expect(levels == {"declared"}, f"parts are {levels}")
        self.machine.start_agent()
        self.expect_attested()
        return "parts are declared, and attested_os again when the machine itself is read"

    def new_executables(self):
        """As many a second as its processor has: how much of a second this host gives it is no matter of the guest's."""
        self.run(MAKE_EXECUTABLES.replace("COUNT", str(EXECUTABLES)))
        self.machine.stop_agent()
        before = self.machine.vm.processor_seconds()
        self.run(RUN_EXECUTABLES.replace("COUNT", str(EXECUTABLES)))
        reports = 0
        while not self.run("cat /run/ran").endswith("done\n"):
            self.report()
            reports += 1
        rate = EXECUTABLES / (self.machine.vm.processor_seconds() - before)
        expect(rate >= A_SECOND, f"the guest ran {rate:.0f} a second, reports among it")
        expect(reports > 1, f"{reports} reports meanwhile")
        self.report()
        self.expect_seen(f"path_unknown ({EXECUTABLES})")
        sent, grown = self.sent_in_report()
        expect(sent < REPORT_BYTES < grown, f"a report sends {sent} bytes when nothing has grown since {grown} bytes were added")
        self.machine.stop()
        return (f"{rate:.0f} a second while {reports} reports were accepted; each was seen, and a report of none sends {sent} bytes "
                f"of a list of {grown}")

    def sent_in_report(self):
        """(bytes that a report sends when nothing new has run, bytes that the list has)."""
        count = "cat /sys/class/net/*/statistics/tx_bytes | sort -n | tail -n 1"
        before = int(self.run(count))
        self.report()
        return int(self.run(count)) - before, int(self.run("wc -c < /sys/kernel/security/ima/binary_runtime_measurements"))

    def altered(self, path):
        """One byte more, which changes nothing for who runs it."""
        self.boot_as_signed()
        self.run(f"cp {path} {path}.new && echo >> {path}.new && mv -f {path}.new {path}")
        self.machine.report_again()
        digest = self.run(f"sha256sum {path}").split()[0]
        return self.seen_and_off(f"{path} sha256:{digest} (digest_unknown)")

    def agent_altered(self):
        return self.altered(AGENT)

    def library_altered(self):
        return self.altered(LIBRARY)

    def preloaded(self):
        self.boot_as_signed()
        self.run(f"cp {LIBRARY} /run/preload.so && echo >> /run/preload.so")
        self.report(f"LD_PRELOAD=/run/preload.so {AGENT} report --once --config")
        return self.seen_and_off("/run/preload.so")

    def forged_in_memory(self):
        """A program that is no agent, from a file system that the kernel's own policy leaves unmeasured, under the agent's name."""
        self.boot_as_signed()
        self.run(f"cp {IMPOSTOR} /run/assay-agent")
        self.report("/run/assay-agent")
        return self.forged_and_off("/run/assay-agent")

    def forged_by_script(self):
        self.boot_as_signed()
        self.machine.guest.write("/run/report", SCRIPT.read_text())
        self.run("chmod 700 /run/report")
        self.report("/run/report")
        return self.forged_and_off("/run/report", "/usr/bin/tpm2")

    def forged_and_off(self, *named):
        """What was reported is with the collector: it came under a good quote."""
        cards = [part for part in self.machine.components().values() if "pci" in {one["registry"] for one in part["identifiers"]}]
        expect(cards and all({"registry": "pci", "value": FORGED} in card["identifiers"] for card in cards), f"the cards are {cards}")
        return self.seen_and_off(*named)

    def seen_and_off(self, *named):
        said = self.expect_seen(*named)
        self.machine.stop()
        return said


STEPS = {
    "boot as signed": RuntimeChanges.as_signed,
    "captured tree": RuntimeChanges.captured_tree,
    "new executables": RuntimeChanges.new_executables,
    "agent's program": RuntimeChanges.agent_altered,
    "library": RuntimeChanges.library_altered,
    "preloaded library": RuntimeChanges.preloaded,
    "false agent in memory": RuntimeChanges.forged_in_memory,
    "script that quotes": RuntimeChanges.forged_by_script,
}
