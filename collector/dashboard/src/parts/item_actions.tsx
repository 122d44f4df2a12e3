// What a person can do with an item now. The item's version goes along: when somebody was faster the collector refuses,
// nothing has happened, and the item is read again with what was typed still there.

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { post } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import type { ItemDetail } from "../api/schema";
import { actions, lacking, note_bytes, transitionOf, type Action } from "../model/actions";
import { noteEnd } from "../state/session_state";
import { wordOf } from "../text/words";
import { ProblemNote } from "./problem_note";
import { Text } from "./text";

interface ActionsProps {
  item: ItemDetail;
  onDone: (item: ItemDetail) => void;
  reload: () => void;
}

interface FormProps {
  action: Action;
  busy: boolean;
  lack: string;
  onSend: (note: string, date: string) => void;
  onCancel: () => void;
}

function ActionForm({ action, busy, lack, onSend, onCancel }: FormProps): JSX.Element {
  const note = useRef<HTMLTextAreaElement>(null);
  const date = useRef<HTMLInputElement>(null);
  const text = actions[action];
  useEffect(() => (date.current ?? note.current)?.focus(), [action]);
  const send = (event: Event): void => {
    event.preventDefault();
    onSend(note.current?.value ?? "", date.current?.value ?? "");
  };
  return (
    <form class="stack action" onSubmit={send}>
      <p>{text.says}</p>
      {text.date !== undefined && (
        <div>
          <label for="action-date">{text.date}</label>
          <input id="action-date" ref={date} type="date" class="short" />
        </div>
      )}
      <div>
        <label for="action-note">Note{text.note === "optional" && " (optional)"}</label>
        <textarea id="action-note" ref={note} rows={3} maxLength={note_bytes} aria-describedby="action-lack" />
      </div>
      <p id="action-lack" class="tone-bad" role="alert">
        {lack}
      </p>
      <div class="row">
        <button type="submit" class="primary" disabled={busy}>
          {busy ? "Sending…" : text.title}
        </button>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}

export function ItemActions({ item, onDone, reload }: ActionsProps): JSX.Element {
  const [chosen, choose] = useState<Action | null>(null);
  const [busy, setBusy] = useState(false);
  const [lack, setLack] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [done, setDone] = useState("");

  const open = (action: Action | null): void => {
    choose(action);
    setLack("");
    setProblem(null);
    setDone("");
  };
  const send = async (action: Action, note: string, date: string): Promise<void> => {
    const lacks = lacking(action, note, date);
    setLack(lacks);
    if (lacks !== "") return;
    setBusy(true);
    setProblem(null);
    try {
      const now = await post("/v1/worklist/{id}/transition", transitionOf(action, item.version, note, date), { id: item.id });
      onDone(now);
      choose(null);
      setDone(action === "note" ? "The note was added." : `Done: the item is ${wordOf(now.state)} now.`);
    } catch (thrown) {
      const failed = asProblem(thrown);
      if (!noteEnd(failed)) setProblem(failed);
      if (failed.kind === "conflict") reload();
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      <p role="status" class="tone-good">
        {done}
      </p>
      {problem?.kind === "conflict" && (
        <div class="note tone-warn" role="alert">
          <p class="note-title">Someone changed it: it was read again</p>
          <p>
            Nothing was done. The collector says: <Text value={problem.message} />. The item is {wordOf(item.state)} now; what you
            typed is still there.
          </p>
        </div>
      )}
      {problem !== null && problem.kind !== "conflict" && <ProblemNote problem={problem} />}
      {item.allowed.length === 0 && <p class="faint">Nothing can be done with it now.</p>}
      <div class="row">
        {item.allowed.map((action) => (
          <button key={action} type="button" aria-pressed={chosen === action} onClick={() => open(chosen === action ? null : action)}>
            {actions[action]?.title ?? wordOf(action)}
          </button>
        ))}
      </div>
      {chosen !== null && actions[chosen] && (
        <ActionForm
          action={chosen}
          busy={busy}
          lack={lack}
          onSend={(note, date) => void send(chosen, note, date)}
          onCancel={() => open(null)}
        />
      )}
    </>
  );
}
