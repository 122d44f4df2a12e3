"""Of scripts/bench: what the agent costs while it has nothing to do, and what a scan costs beside the tools that list the same
hardware. docs/BENCH.md explains."""

import os
import pathlib
import resource
import shutil
import subprocess
import time

from lab import Agent, LabError, Tpm, wait_for

SETTLED_S = 5  # after the first report, before an idle agent is looked at
TOOLS = (("lspci", "-vvv"), ("lsusb", "-v"), ("dmidecode",))
LSHW = (("lshw", "-quiet"),)
# What is shown in the bench's table: key, what it is, how it is printed, the goal in words and as a test.
ROWS = [
    ("agent.most_rss_mib", "until its first report, process that holds the connection, most resident, MiB", "{:.1f}", "under 12",
     lambda v: v < 12),
    ("agent.most_pss_mib", "until its first report, all the agent's processes, most Pss, MiB", "{:.1f}", "under 16", lambda v: v < 16),
    ("agent.pss_mib", "idle agent: all its processes, Pss, MiB", "{:.1f}", "under 16", lambda v: v < 16),
    ("agent.idle_wakeups_per_minute", "idle agent: wake-ups per minute, all its threads", "{:.1f}", "0", lambda v: v == 0),
    ("scan.cpu_ms", "a whole scan, processor time, ms", "{:.0f}", "", None),
    ("scan.tools_cpu_ms", "  lspci -vvv, lsusb -v and dmidecode together", "{:.0f}", "", None),
    ("scan.lshw_cpu_ms", "  lshw", "{:.0f}", "", None),
    ("scan.to_tools", "  scan / these three", "{:.2f}", "", None),
    ("scan.to_lshw", "  scan / lshw", "{:.2f}", "", None),
]


def holder_of_connection(pid, port):
    """The process of the agent's tree that has a TCP connection to this port."""
    wanted = set()
    for table in ("tcp", "tcp6"):
        for line in pathlib.Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if int(fields[2].split(":")[1], 16) == port and fields[3] == "01":
                wanted.add(f"socket:[{fields[9]}]")
    for process in tree_of(pid):
        for descriptor in pathlib.Path(f"/proc/{process}/fd").iterdir():
            try:
                if os.readlink(descriptor) in wanted:
                    return process
            except FileNotFoundError:
                continue
    return None


def tree_of(pid):
    """The process and all below it. One that ends meanwhile has none."""
    out = [pid]
    for parent in out:
        try:
            for task in pathlib.Path(f"/proc/{parent}/task").iterdir():
                out += [int(child) for child in (task / "children").read_text().split()]
        except (FileNotFoundError, ProcessLookupError):
            continue
    return out


def status_number(text, name):
    return int(next(line for line in text.splitlines() if line.startswith(name + ":")).split()[1])


def wake_ups(pid):
    """How often threads of the process and its children went to sleep: each time, something had woken them."""
    return sum(status_number((task / "status").read_text(), "voluntary_ctxt_switches")
               for process in tree_of(pid) for task in pathlib.Path(f"/proc/{process}/task").iterdir())


def pss_kib(pid):
    """(Pss of the process and its children together, how many they are). One that ends while it is looked at counts as nothing."""
    found = []
    for process in tree_of(pid):
        try:
            found.append(status_number(pathlib.Path(f"/proc/{process}/smaps_rollup").read_text(), "Pss"))
        except (FileNotFoundError, ProcessLookupError, StopIteration):
            continue
    return sum(found), len(found)


def watch_first_report(lab, agent):
    """The most seen until the first report, looked at without a pause: the process that scans lives for some milliseconds. Memory in
    KiB, of all processes (Pss) and of the one that was started (VmRSS); how many processes there were at once."""
    most = {"pss": 0, "rss": 0, "processes": 0}
    status = pathlib.Path(f"/proc/{agent.process.pid}/status")
    end = time.monotonic() + 60
    while "event=standing" not in lab.log("agent-idle"):
        if time.monotonic() > end or agent.process.poll() is not None:
            raise LabError("the agent did not report:\n" + lab.log("agent-idle"))
        for _ in range(20):
            pss, processes = pss_kib(agent.process.pid)
            now = {"pss": pss, "rss": status_number(status.read_text(), "VmRSS"), "processes": processes}
            most = {name: max(most[name], now[name]) for name in most}
    return most


def measure_idle(lab, seconds):
    """One agent of this machine's hardware under a software TPM, which reports and then waits for an hour. The process that was
    started holds the connection, others only scan."""
    config = lab.collector_dir / "collector.toml"
    config.write_text(lab.set_key(config.read_text(), "interval_s", 3600))
    lab.stop(lab.collector)
    lab.start_collector()
    agent = Agent(lab, "idle", Tpm(lab, "idle"))
    agent.start()
    most = watch_first_report(lab, agent)
    time.sleep(SETTLED_S)
    before = wake_ups(agent.process.pid)
    time.sleep(seconds)
    if agent.process.poll() is not None:
        raise LabError("the agent ended:\n" + lab.log("agent-idle"))
    out = {
        "idle_wakeups_per_minute": (wake_ups(agent.process.pid) - before) * 60 / seconds,
        "most_rss_mib": most["rss"] / 1024,
        "most_pss_mib": most["pss"] / 1024,
        "most_processes": most["processes"],
        "pss_mib": pss_kib(agent.process.pid)[0] / 1024,
        "idle_processes": len(tree_of(agent.process.pid)),
        "idle_seconds": seconds,
    }
    lab.stop(agent.process)
    return out


def cpu_ms(commands):
    """Processor time, user and system, of these commands and their children."""
    environment = {**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for command in commands:
        # A tool that finds nothing to list (no USB, no SMBIOS) ends with another code; what it did is counted.
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ((after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)) * 1000


def middle(values):
    return sorted(values)[len(values) // 2]


def measure_scan(lab, rounds):
    """By turns, so that what else the machine does falls on all; the middle of the rounds."""
    lacking = [command[0] for command in (*TOOLS, *LSHW) if not shutil.which(command[0], path=os.environ["PATH"] + ":/usr/sbin:/sbin")]
    if lacking:
        raise LabError(f"not installed: {' '.join(lacking)}")
    wanted = {"cpu_ms": ((lab.program("assay-agent"), "scan", "--json"),), "tools_cpu_ms": TOOLS, "lshw_cpu_ms": LSHW}
    runs = [{name: cpu_ms(commands) for name, commands in wanted.items()} for _ in range(rounds)]
    out = {name: middle([run[name] for run in runs]) for name in wanted}
    out["to_tools"] = middle([run["cpu_ms"] / run["tools_cpu_ms"] for run in runs])
    out["to_lshw"] = middle([run["cpu_ms"] / run["lshw_cpu_ms"] for run in runs])
    return {**out, "runs": runs}
