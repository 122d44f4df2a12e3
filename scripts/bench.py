"""The bench's steps, run by scripts/bench: a lab, the load on the collector, then one real agent. docs/BENCH.md explains."""

import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import time

from bench_agent import ROWS, holder_of_connection, measure_idle, measure_scan, tree_of
from bench_boot import BOOT_ROWS, measure_event_log, measure_ima
from lab import TOP, Agent, Lab, LabError, Tpm, wait_for

QUICK = "--quick" in sys.argv[1:]
COLLECTOR_PROCESSOR, LOAD_PROCESSOR = 0, 1
AGENT_REPORTS = 10 if QUICK else 100
AGENT_WARM_UP = 3  # reports before the agent's processor time counts
TICKS = os.sysconf("SC_CLK_TCK")

# What is shown: key, what it is, how it is printed, the goal in words and as a test.
TABLE = [
    ("steady_state.ratio", "steady-state reports / bare P-256 verifications", "{:.2f}", "at least 0.4", lambda v: v >= 0.4),
    ("steady_state.ratio_by_cpu_time", "  the same by processor time", "{:.2f}", "", None),
    ("steady_state.reports_per_s", "steady-state reports, verified and stored, per second", "{:,.0f}", "", None),
    ("verify.p256_per_s", "P-256 verifications per second, the collector's function", "{:,.0f}", "", None),
    ("verify.p256_openssl_per_s", "P-256 verifications per second, OpenSSL alone", "{:,.0f}", "", None),
    ("steady_state.turns_undisturbed", "  turns of load that no other program disturbed", "{:.0f}", "", None),
    ("steady_state.turns", "  of so many", "{:.0f}", "", None),
    ("steady_state.latency_p50_ms", "challenge to acknowledgement, median, ms", "{:.1f}", "", None),
    ("steady_state.latency_p99_ms", "challenge to acknowledgement, 99 %, ms", "{:.1f}", "", None),
    ("steady_state.collector_busy", "collector's processor busy", "{:.0%}", "", None),
    ("load.processor_busy", "load side's processor busy", "{:.0%}", "", None),
    ("load.reports_per_s", "reports per second that the load side can make", "{:,.0f}", "", None),
    ("enrolments.per_s", "enrolments per second", "{:,.0f}", "", None),
    ("first_reports.per_s", "first reports with documents per second", "{:,.0f}", "", None),
    ("wire.report_bytes", "payload of a steady-state report, bytes, the agent's", "{:,.0f}", "under 2,048", lambda v: v < 2048),
    ("wire.tcp_bytes", "all that TCP carries for one report, bytes", "{:,.0f}", "", None),
    ("agent.rss_mib", "agent's resident memory after the reports, MiB", "{:.1f}", "under 12", lambda v: v < 12),
    ("agent.cpu_ms_per_report", "agent's processor time per report, ms, all its processes", "{:.1f}", "", None),
    *ROWS,
    *BOOT_ROWS,
]


def say(text):
    print(text, file=sys.stderr, flush=True)


class Load:
    """bench_load, which waits until its TPM vendor is trusted."""

    def __init__(self, lab):
        agent_toml = (lab.collector_dir / "agent.toml").read_text()
        token = agent_toml.split('join_token = "')[1].split('"')[0]
        token_file, self.authority = lab.dir / "join.token", lab.dir / "bench-vendor.pem"
        token_file.write_text(token)
        token_file.chmod(0o600)
        sizes = ["--seconds", "0.5", "--verify-seconds", "0.3", "--repetitions", "2", "--devices", "64",
                 "--connections", "64"] if QUICK else []
        self.process = subprocess.Popen(
            [lab.program("bench_load"), "--url", f"https://localhost:{lab.device_port}", "--ca", lab.collector_dir / "ca.pem",
             "--join-token-file", token_file, "--authority", self.authority, "--collector-pid", str(lab.collector.pid),
             "--collector-processor", str(COLLECTOR_PROCESSOR), "--load-processor", str(LOAD_PROCESSOR), *sizes],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        lab.processes.append(self.process)
        if "written" not in self.process.stdout.readline():
            raise LabError("bench_load ended early")

    def result(self):
        out, _ = self.process.communicate("trusted\n", timeout=600)
        if self.process.returncode != 0:
            raise LabError(f"bench_load: exit {self.process.returncode}")
        return json.loads(out)


def rows(lab, query, *values):
    with sqlite3.connect(f"file:{lab.collector_dir}/collector.db?mode=ro", uri=True, timeout=30) as db:
        return db.execute(query, values).fetchall()


def stored_reports(lab):
    """By device: open intervals are counted in the device's head, closed ones in their own rows."""
    counts = {}
    for table in ("device_heads", "report_intervals"):
        for device, reports in rows(lab, f"select device_id, coalesce(sum(reports), 0) from {table} group by device_id"):
            counts[device] = counts.get(device, 0) + reports
    return counts


def measure_load(lab):
    load = Load(lab)
    lab.assay("trust", "add", load.authority)
    result = load.result()
    stored = sum(stored_reports(lab).values())
    if stored != result["accepted"]:
        raise LabError(f"{result['accepted']} reports were acknowledged, {stored} are stored")
    say(f"every one of the {stored:,} acknowledged reports is in the store")
    return result


def cpu_ticks(pid):
    """User and system time of a process and of the children it has waited for."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(int(fields[i]) for i in (11, 12)), sum(int(fields[i]) for i in (11, 12, 13, 14))


def rss_kib(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS:")).split()[1])


def report_body_bytes(lab, device):
    """The agent's last report as it travelled, put together from what is stored of it."""
    (statement, attest, signature), = rows(
        lab, "select statement, attest, signature from device_heads where device_id = ?", device)
    encoded = {name: "x" * ((len(part) * 4 + 2) // 3)
               for name, part in (("quote", attest), ("signature", signature), ("statement", statement))}
    return len(json.dumps(encoded, separators=(",", ":")))


def measure_agent(lab):
    tpm = Tpm(lab, "bench")  # makes the CA that is trusted next
    lab.assay("trust", "add", lab.dir / "ca" / "swtpm-localca-rootca-cert.pem")
    lab.assay("trust", "add", lab.dir / "ca" / "issuercert.pem")
    known = set(stored_reports(lab))
    agent = Agent(lab, "bench", tpm)
    agent.start()

    def reports():
        if agent.process.poll() is not None:
            raise LabError("the agent ended:\n" + lab.log("agent-bench"))
        return next(((device, count) for device, count in stored_reports(lab).items() if device not in known and count), None)

    def at_least(count):
        return wait_for(f"{count} reports of the agent", lambda: (got := reports()) and got[1] >= count and got, 30 + 4 * count)

    _, first = at_least(AGENT_WARM_UP)
    own_start, all_start = cpu_ticks(agent.process.pid)
    started = time.monotonic()
    device, last = at_least(AGENT_WARM_UP + AGENT_REPORTS)
    own_end, all_end = cpu_ticks(agent.process.pid)
    holder = holder_of_connection(agent.process.pid, lab.device_port)
    if holder is None:
        raise LabError("no process of the agent holds a connection")
    count = last - first
    say(f"the agent sent {count} reports in {time.monotonic() - started:.0f} s")
    out = {
        "reports": last,
        "rss_mib": rss_kib(holder) / 1024,
        "processes": len(tree_of(agent.process.pid)),
        "cpu_ms_per_report": (all_end - all_start) * 1000 / TICKS / count,
        "own_cpu_ms_per_report": (own_end - own_start) * 1000 / TICKS / count,
        "report_bytes": report_body_bytes(lab, device),
    }
    lab.stop(agent.process)
    return out


def flatten(load, agent):
    steady = load["steady_state"]
    runs = [run for run in steady["runs"] if run["counts"]]

    def middle(value):
        return sorted(value(run) for run in runs)[len(runs) // 2]

    return {
        "steady_state.ratio": steady["ratio"],
        "steady_state.ratio_by_cpu_time": steady["ratio_by_cpu_time"],
        "steady_state.reports_per_s": steady["reports_per_s"],
        "steady_state.reports_per_cpu_s": steady["reports_per_cpu_s"],
        "steady_state.turns": steady["turns"],
        "steady_state.turns_undisturbed": steady["turns_undisturbed"],
        "steady_state.latency_p50_ms": middle(lambda run: run["latency_ms"]["p50"]),
        "steady_state.latency_p99_ms": middle(lambda run: run["latency_ms"]["p99"]),
        "steady_state.collector_busy": middle(lambda run: run["collector_busy"]),
        "verify.p256_per_s": load["verify"]["p256_per_s"],
        "verify.p256_openssl_per_s": load["verify"]["p256_openssl_per_s"],
        "load.reports_per_s": load["ceiling"]["reports_per_s"],
        "load.processor_busy": middle(lambda run: run["load_processor_busy"]),
        "enrolments.per_s": load["enrolments"]["per_s"],
        "enrolments.per_cpu_s": load["enrolments"]["per_cpu_s"],
        "first_reports.per_s": load["first_reports"]["per_s"],
        "agent.rss_mib": agent["rss_mib"],
        "agent.cpu_ms_per_report": agent["cpu_ms_per_report"],
        "wire.report_bytes": agent["report_bytes"],
        "wire.tcp_bytes": load["wire"]["tcp_bytes_sent"] + load["wire"]["tcp_bytes_received"],
    }


def show(values):
    width = max(len(what) for _, what, *_ in TABLE)
    print(f"\n{'':{width}}  {'measured':>12}  goal")
    for key, what, how, goal, holds in TABLE:
        verdict = "" if holds is None else ("  reached" if holds(values[key]) else "  NOT REACHED")
        print(f"{what:{width}}  {how.format(values[key]):>12}  {goal}{verdict}")


def main():
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as directory:
        lab = Lab(pathlib.Path(directory) / "lab", build="release")
        try:
            lab.init_collector(interval_s=1, threads=1, level="warning", packs=[str(TOP / "policy/packs")])
            lab.start_collector(processor=COLLECTOR_PROCESSOR)
            load = measure_load(lab)
            agent = measure_agent(lab)
            idle = measure_idle(lab, seconds=10 if QUICK else 60)
            scan = measure_scan(lab, rounds=3 if QUICK else 9)
            event_log = measure_event_log(lab, COLLECTOR_PROCESSOR, rounds=3 if QUICK else 9)
            ima = measure_ima(lab, COLLECTOR_PROCESSOR)
        finally:
            lab.close()
    values = flatten(load, agent)
    looks = {"agent": idle, "scan": scan, "eventlog": event_log, "ima": ima}
    values.update({key: looks[key.split(".")[0]][key.split(".")[1]] for key, *_ in (*ROWS, *BOOT_ROWS)})
    nested = {"load_details": load, "agent_details": {**agent, **idle}, "scan_details": scan}
    for key, value in values.items():
        room, name = key.split(".")
        nested.setdefault(room, {})[name] = value
    pathlib.Path("bench.json").write_text(json.dumps({**values, **nested}, indent=2) + "\n")
    show(values)
    print("\nbench.json has these numbers and the single runs behind them.")


if __name__ == "__main__":
    try:
        main()
    except LabError as error:
        sys.exit(f"bench: {error}")
