// What a person can do with an item of the worklist, in words, and what each action needs (docs/API.md, Worklist). Which
// of them are allowed now, the collector says of each item: this table only explains them.

import type { Transition } from "../api/schema";

export type Action = Transition["action"];

export interface ActionText {
  title: string;
  /** What the person states by it. */
  says: string;
  note: "needed" | "optional";
  /** What the day means, for an action that takes one. */
  date?: string;
}

export const actions: Record<Action, ActionText> = {
  confirm: { title: "Confirm", says: "The part is there, and it is what the finding says.", note: "optional" },
  plan: { title: "Plan", says: "The removal is planned for a day.", note: "optional", date: "Planned for" },
  start: { title: "Start removal", says: "Somebody is at the device and removes the part.", note: "optional" },
  removed: {
    title: "Removed",
    says: "The part is out. From now on every report is held against the rules of absence.",
    note: "needed",
  },
  dispose: { title: "Disposed", says: "The part was disposed of: how and by whom, the note says.", note: "needed" },
  close: { title: "Close", says: "Nothing is left to do. What must be removed by a day takes two different persons.", note: "needed" },
  dismiss: { title: "Dismiss", says: "The finding is wrong about this part: why, the note says.", note: "needed" },
  except: { title: "Except", says: "The part may stay until a day: who allowed it, the note says.", note: "needed", date: "Last day" },
  reopen: { title: "Reopen", says: "Begin again with this item: why, the note says.", note: "needed" },
  note: { title: "Add a note", says: "The state stays as it is.", note: "needed" },
};

/** Of a note as the API takes it. */
export const note_bytes = 2000;

/** What lacks before the action can be sent; "" when nothing does. */
export function lacking(action: Action, note: string, date: string): string {
  const text = actions[action];
  if (text.date !== undefined && !/^\d{4}-\d\d-\d\d$/.test(date)) return `${text.date}: choose a day.`;
  if (text.note === "needed" && note.trim() === "") return "Note: say in a few words why, or what was done.";
  const bytes = new TextEncoder().encode(note.trim()).length;
  if (bytes > note_bytes) return `Note: ${bytes} bytes, at most ${note_bytes} are kept.`;
  return "";
}

/** The request of an action: only what it takes is in it. */
export function transitionOf(action: Action, version: number, note: string, date: string): Transition {
  const out: Transition = { action, version };
  if (note.trim() !== "") out.note = note.trim();
  if (actions[action].date !== undefined) out.date = date;
  return out;
}
