// Devices that ask to be let in, and what was decided of the others. Nothing is trusted because it came first: a person
// looks at why a device waits, and decides with a note.

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { get, post } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import type { Enrolment, Routes } from "../api/schema";
import { Badge } from "../parts/badge";
import { Dialog } from "../parts/dialog";
import { When } from "../parts/facts";
import type { FilterField } from "../parts/filter_bar";
import { ListPage } from "../parts/list_page";
import { ProblemNote } from "../parts/problem_note";
import { Empty } from "../parts/states";
import { Short, Text } from "../parts/text";
import { useList, type ListSpec } from "../state/list";
import { noteEnd } from "../state/session_state";
import { wordOf } from "../text/words";

const keys = ["state", "site", "device"] as const satisfies readonly (keyof Query)[];
type Key = (typeof keys)[number];
type Query = Routes["get"]["/v1/enrolments"]["query"];
type Decision = "approve" | "reject";

const fields: readonly FilterField[] = [
  { name: "state", label: "Decision", words: ["waiting", "automatic", "pending", "approved", "rejected"] },
  { name: "site", label: "Site" },
  { name: "device", label: "Device", hint: "id of 64 hex digits" },
];

const spec: ListSpec<Key, Enrolment> = {
  path: "/enrolments",
  keys,
  identify: (one) => `${one.device}/${one.generation}`,
  ask: async (filters, { signal, changed_since, ...request }) => {
    const query = { ...filters, ...request } as Query;
    const page = await get("/v1/enrolments", signal ? { query, signal } : { query });
    if (changed_since === undefined) return page;
    // The API knows no `changed_since` for this list: of its newest, those that came or were decided since then.
    const items = page.items.filter((one) => (one.decided_at ?? one.enrolled_at) >= changed_since);
    return { as_of: page.as_of, items };
  },
};

interface DecideProps {
  enrolment: Enrolment;
  decision: Decision;
  onClose: () => void;
  onDone: () => void;
}

function Decide({ enrolment, decision, onClose, onDone }: DecideProps): JSX.Element {
  const note = useRef<HTMLTextAreaElement>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => note.current?.focus(), []);
  const title = decision === "approve" ? "Approve" : "Reject";
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const at = { id: enrolment.device };
      const body = { note: note.current?.value.trim() ?? "" };
      if (decision === "approve") await post("/v1/enrolments/{id}/approve", body, at);
      else await post("/v1/enrolments/{id}/reject", body, at);
      onDone();
    } catch (thrown) {
      const failed = asProblem(thrown);
      if (!noteEnd(failed)) setProblem(failed);
      setBusy(false);
    }
  };
  return (
    <Dialog title={`${title} this device`} onClose={onClose}>
      <form class="stack" onSubmit={(event) => void submit(event)}>
        <p>
          <Text value={enrolment.device_name || enrolment.device.slice(0, 12)} />:{" "}
          {decision === "approve"
            ? "from now on it is active, and what it reports counts."
            : "its reports are no longer taken for an active device's."}
        </p>
        {problem && <ProblemNote problem={problem} />}
        <div>
          <label for="decision-note">Note: what was looked at, and why</label>
          <textarea id="decision-note" ref={note} rows={3} required maxLength={2000} />
        </div>
        <button type="submit" class="primary" disabled={busy}>
          {busy ? "Sending…" : title}
        </button>
      </form>
    </Dialog>
  );
}

function Row({ one, decide }: { one: Enrolment; decide: (decision: Decision) => void }): JSX.Element {
  return (
    <tr>
      <th scope="row" class="name">
        <a href={`/devices/${one.device}`}>
          <Text value={one.device_name || one.device.slice(0, 12)} />
        </a>
        <span class="under">
          <Short value={one.device} />
        </span>
      </th>
      <td data-label="Says it is">
        <Text value={[one.host.maker, one.host.model].filter((part) => part !== "").join(" ")} />
        <span class="under">
          <Text value={one.host.serial} empty="no serial number" />
        </span>
      </td>
      <td data-label="Site">
        <Text value={one.site} />
        <span class="under">
          from <Text value={one.peer} />
        </span>
      </td>
      <td data-label="Why" class="broad">
        <strong>
          <Text value={wordOf(one.reason)} />
        </strong>
        {one.detail !== "" && (
          <>
            {": "}
            <Text value={one.detail} />
          </>
        )}
        <span class="under">
          <Text value={one.meaning} empty="" />
        </span>
        {one.decision === "pending" && (
          <span class="advice">
            What to do: <Text value={one.advice} />
          </span>
        )}
      </td>
      <td data-label="Enrolled">
        <When at={one.enrolled_at} />
      </td>
      <td data-label="Decision">
        <Badge word={one.decision} />
        {one.decided_by !== "" && (
          <span class="under">
            <Text value={one.decided_by} />: <Text value={one.note} />
          </span>
        )}
        {one.decision === "pending" && (
          <span class="row">
            <button type="button" onClick={() => decide("approve")}>
              Approve
            </button>
            <button type="button" onClick={() => decide("reject")}>
              Reject
            </button>
          </span>
        )}
      </td>
    </tr>
  );
}

export function Enrolments(): JSX.Element {
  const list = useList(spec);
  const [deciding, setDeciding] = useState<{ enrolment: Enrolment; decision: Decision } | null>(null);
  const done = (): void => {
    setDeciding(null);
    list.reload();
  };
  return (
    <>
      {deciding && <Decide {...deciding} onClose={() => setDeciding(null)} onDone={done} />}
      <ListPage
        title="Enrolments"
        what="enrolments"
        spec={spec}
        list={list}
        fields={fields}
        nothing={
          <Empty title="No device has enrolled yet">
            <p>
              An agent enrols by itself when it first reaches this collector. <code>assay-agent doctor</code> on the device says
              what is in its way.
            </p>
          </Empty>
        }
      >
        {(page) => (
          <table class="list cards">
            <caption class="quiet">Enrolments, the newest first</caption>
            <thead>
              <tr>
                {["Device", "Says it is", "Site", "Why", "Enrolled", "Decision"].map((title) => (
                  <th key={title} scope="col">
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {page.items.map((one) => (
                <Row
                  key={`${one.device}/${one.generation}`}
                  one={one}
                  decide={(decision) => setDeciding({ enrolment: one, decision })}
                />
              ))}
            </tbody>
          </table>
        )}
      </ListPage>
    </>
  );
}
