"""Of scripts/bench: what decoding and replaying an event log costs, beside bare SHA-256 of its bytes and beside tpm2_eventlog; and a
thousand IMA entries, beside the same. docs/BENCH.md explains."""

import json
import shutil
import subprocess

from bench_agent import cpu_ms, middle
from lab import TOP, LabError

LOG = TOP / "tests/data/vm-measured-boot/tpm/binary_bios_measurements"
TOOL_RUNS = 10  # of one look at tpm2_eventlog
# What is shown in the bench's table: key, what it is, how it is printed, the goal in words and as a test.
BOOT_ROWS = [
    ("eventlog.replay_us", "an event log (49 events, 3 banks) decoded and replayed, us", "{:.0f}", "under 200", lambda v: v < 200),
    ("eventlog.replays_per_s", "  so many per second of a processor", "{:,.0f}", "", None),
    ("eventlog.sha256_per_s", "  bare SHA-256 of the same bytes, per second", "{:,.0f}", "", None),
    ("eventlog.coverages_per_s", "  what each of its digests covers, per second", "{:,.0f}", "", None),
    ("eventlog.tool_us", "  tpm2_eventlog, its whole process, us", "{:,.0f}", "", None),
    ("ima.appraise_us", "1,000 IMA entries decoded, replayed and judged by 50,000 files, us", "{:,.0f}", "under 1,000", lambda v: v < 1000),
    ("ima.sha256_us", "  bare SHA-256 of the same bytes, us", "{:,.0f}", "", None),
    ("ima.states_mib", "what is held of the boots of 10,000 connected devices, MiB", "{:.1f}", "", None),
]


def measure_event_log(lab, processor, rounds):
    if not shutil.which("tpm2_eventlog"):
        raise LabError("not installed: tpm2_eventlog")
    command = [lab.program("bench_eventlog"), LOG, "0.1", str(processor)]
    out = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    out["replay_us"] = out["replay_ns"] / 1000
    tool = [cpu_ms([("tpm2_eventlog", LOG)] * TOOL_RUNS) / TOOL_RUNS for _ in range(rounds)]
    out["tool_us"] = middle(tool) * 1000
    return out


def measure_ima(lab, processor):
    command = [lab.program("bench_ima"), "0.1", str(processor)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
