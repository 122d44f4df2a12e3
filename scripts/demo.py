"""The demo's steps: each shows what it did and checks that it held. Run by scripts/demo."""

import datetime
import json
import pathlib
import subprocess
import sys
import time

from lab import TOP, Agent, Lab, LabError, Tpm, wait_for

HELD = []


def in_a_week():
    """A day for which work can be planned, whenever the demo runs."""
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=7)).date().isoformat()


def title(text):
    print(f"\n\033[1m== {text}\033[0m" if sys.stdout.isatty() else f"\n== {text}", flush=True)


def say(text):
    print(text, flush=True)


def held(what, condition, detail=""):
    """A step of the demo: printed, and counted; one that did not hold ends the demo."""
    print(f"   [{'ok' if condition else 'FAILED'}] {what}", flush=True)
    if not condition:
        raise LabError(f"{what}{': ' + detail if detail else ''}")
    HELD.append(what)


def shown(lab, *args):
    say(f"$ assay {' '.join(str(a) for a in args)}")
    text = lab.assay(*args)
    print("".join(f"  {line}\n" for line in text.splitlines()), end="", flush=True)
    return text


def make_tree(lab, name, *changes):
    tree = lab.dir / "trees" / name
    subprocess.run(["rm", "-rf", tree], check=True)
    lab.run([TOP / "scripts/make-demo-tree", TOP / "scripts/demo-trees" / f"{name}.toml", tree, *changes])
    return tree


def device_of(lab, name):
    return next(d for d in lab.assay_json("devices")["items"] if d["name"] == name)


def findings_of(lab, device):
    return lab.assay_json("findings", "--device", device["id"])["items"]


def items_of(lab, device):
    return lab.assay_json("worklist", "--all", "--device", device["id"])["items"]


def set_up(lab):
    title("A collector and three TPMs")
    lab.init_collector(interval_s=3600, packs=[str(TOP / "policy/packs")])
    lab.start_collector()
    say(f"   collector on SQLite in {lab.collector_dir}; devices on port {lab.device_port}, operators on {lab.operator_port}")
    tpms = {
        "this-machine": Tpm(lab, "this-machine"),
        "aggregation-router": Tpm(lab, "aggregation-router"),
        "branch-cpe": Tpm(lab, "branch-cpe", ca="ca-of-another-maker"),
    }
    held("three TPMs manufactured by swtpm_setup, with EK certificates of two local CAs", True)
    shown(lab, "trust", "add", lab.dir / "ca" / "swtpm-localca-rootca-cert.pem", "--note", "first TPM maker of the demo")
    lab.assay("trust", "add", lab.dir / "ca" / "issuercert.pem", "--note", "its issuing CA")
    say("   The CA of the second maker is not trusted, so its device will wait for a person.")
    return tpms


def enrol(lab, tpms):
    title("Agents enrol and report")
    trees = {"aggregation-router": make_tree(lab, "aggregation-router"), "branch-cpe": make_tree(lab, "branch-cpe")}
    agents = {name: Agent(lab, name, tpm, trees.get(name)) for name, tpm in tpms.items()}
    for name, agent in agents.items():
        say(f"$ assay-agent report --once{' --root TREE' if agent.root else ''}     # {name}")
        print("".join(f"  {line}\n" for line in agent.report().splitlines()), end="")
    shown(lab, "devices")
    devices = {name: agent_device(lab, agent) for name, agent in agents.items()}
    held("three devices are enrolled, one for each TPM", len({d["id"] for d in devices.values()}) == 3)
    held("this machine reads its real hardware: its origin is live", devices["this-machine"]["origin"] == "live")
    held("devices read from trees are labelled replayed",
         all(devices[n]["origin"] == "replayed" for n in ("aggregation-router", "branch-cpe")))
    held("TPMs of the trusted maker are active at once", devices["this-machine"]["lifecycle"]["state"] == "active")
    waiting = devices["branch-cpe"]
    held("the TPM of the unknown maker waits for review", waiting["lifecycle"]["state"] == "pending_review")
    shown(lab, "enrolments")
    shown(lab, "enrolments", "approve", waiting["id"][:16], "--note", "demo: serial number checked against the order")
    held("approved by a person, with a note",
         agent_device(lab, agents["branch-cpe"])["lifecycle"]["state"] == "active")
    return agents


def agent_device(lab, agent):
    state = json.loads((agent.dir / "state" / "state.json").read_text())
    return next(d for d in lab.assay_json("devices")["items"] if d["id"] == state["device"])


def show_findings(lab, agents):
    title("What was found, and why")
    router, branch = (agent_device(lab, agents[n]) for n in ("aggregation-router", "branch-cpe"))
    shown(lab, "findings", "--authority", "Federal Communications Commission")
    reasons = {f["reason"] for f in findings_of(lab, router)} | {f["reason"] for f in findings_of(lab, branch)}
    for reason, what in (("vendor_chip", "a PCI card of a covered vendor"),
                         ("vendor_subsystem", "a part whose chip is not covered but whose subsystem vendor is"),
                         ("vendor_usb", "a USB modem"), ("vendor_mac", "a MAC address block")):
        held(f"found: {what} ({reason})", reason in reasons, str(reasons))
    proofs = {f["proof"] for f in findings_of(lab, router)}
    held("parts read from a tree are `declared` at most, and every finding says so", proofs == {"declared"}, str(proofs))
    say("\nOne of them, with the whole chain of why:")
    text = lab.assay("findings", "--why", "--device", router["id"])
    print("\n".join(f"  {line}" for line in text.strip().split("\n\n")[0].splitlines()[:14]), flush=True)
    held("a finding explains itself: identifier, entity, list, dates", "19e5" in text and "Covered List" in text)
    shown(lab, "devices", router["id"][:16], "--why")


def removal(lab, agents):
    title("A part is removed")
    agent = agents["aggregation-router"]
    router = agent_device(lab, agent)
    shown(lab, "worklist", "--device", router["id"])
    before = items_of(lab, router)
    held("the worklist has an item for each part that asks for work", len(before) >= 2)
    item = next(i for i in before if any(w in json.dumps(i) for w in ("19e5:0222",)))
    number = str(item["id"])
    for action, note in (("confirm", "seen in slot 1 by the crew"), ("plan", "window of Sunday night"), ("start", "crew on site"),
                         ("removed", "card pulled, bagged as B-17")):
        extra = ["--date", in_a_week()] if action == "plan" else []
        lab.assay("worklist", number, action, "--note", note, *extra)
    say("   A person said: confirmed, planned, started, removed. Now the card is pulled out, and the device boots cold.")
    make_tree(lab, "aggregation-router", "--without", "hi1822-card")
    agent.tpm.power_cycle()
    agent.report()
    gone = [c["key"] for c in lab.assay_json("components", "--device", router["id"])["items"]]
    held("the next report no longer shows the card", not any("01.0/00.0" in key for key in gone if key.startswith("pci/")))
    text = shown(lab, "worklist", number)
    after = next(i for i in items_of(lab, router) if str(i["id"]) == number)
    held("one report without the part proves no absence: the item stays `removed`", after["state"] == "removed", after["state"])
    for _ in range(3):
        time.sleep(0.2)
        agent.report()
    after = next(i for i in items_of(lab, router) if str(i["id"]) == number)
    held("nor do four in a moment: the rules want them spread over time", after["state"] == "removed", after["state"])
    say("   No operating system's inventory proves absence. The grade stays `reported` until the boot is appraised, and a tree read\n"
        "   with --root is declared by whoever made it.")
    title("The part comes back")
    make_tree(lab, "aggregation-router")
    agent.report()
    after = next(i for i in items_of(lab, router) if str(i["id"]) == number)
    held("the worklist says so: `reappeared`", after["state"] == "reappeared", after["state"])
    shown(lab, "worklist", number)


def stay(lab, agents):
    title("Up until you press Ctrl-C")
    for agent in agents.values():
        agent.start()
    config = lab.collector_dir / "assay.toml"
    say(f"""Try, in another shell:

  export ASSAY_CONFIG={config} PATH={lab.build}:$PATH
  assay overview
  assay devices
  assay devices ID --why
  assay findings --why
  assay worklist
  assay components --vendor 19e5
  assay explain boot_not_appraised
  assay-agent scan
  assay-agent doctor --config {agents['this-machine'].config}

Or in a browser that trusts {lab.collector_dir / "ca.pem"}, with the token in {lab.collector_dir / "operator.token"}:

  https://localhost:{lab.operator_port}/
""")
    try:
        while True:
            time.sleep(1)
    except KeyboardInterrupt:
        say("stopping")


def main():
    check = "--check" in sys.argv[1:]
    lab = Lab("demo")
    try:
        agents = enrol(lab, set_up(lab))
        show_findings(lab, agents)
        removal(lab, agents)
        if check:
            title("demo: every step held")
            say(f"{len(HELD)} passed, 0 failed")
        else:
            stay(lab, agents)
    except (LabError, StopIteration, KeyError, subprocess.SubprocessError) as problem:
        print(f"\nThe demo stopped: {problem!r}" if not isinstance(problem, LabError) else f"\nThe demo stopped: {problem}")
        print(f"Logs: {lab.dir}/logs")
        return 1
    finally:
        lab.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
