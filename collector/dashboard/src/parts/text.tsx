// The only way a device's or a person's string comes onto a page: as text, kept apart from the text around it (<bdi>),
// with what would deceive shown by its number.

import type { JSX } from "preact";
import { printable, runsOf } from "../text/clean";

export function Text({ value, empty = "–" }: { value: string | null | undefined; empty?: string }): JSX.Element {
  if (value === null || value === undefined || value === "") return <span class="faint">{empty}</span>;
  const runs = runsOf(value);
  return (
    <bdi class="text">
      {runs.map((run) => (run.marked ? <span class="mark">{run.text}</span> : run.text))}
    </bdi>
  );
}

/** A hash or an id: its beginning, all of it for the pointer and for copying by title. */
export function Short({ value, length = 12 }: { value: string; length?: number }): JSX.Element {
  const shown = printable(value);
  return (
    <code class="mono" title={shown}>
      {shown.length > length ? `${shown.slice(0, length)}…` : shown}
    </code>
  );
}

/** Of text as it was read: "could not be read" is neither "" nor "none". */
export function Read({ value }: { value: string | { unreadable: string } | undefined }): JSX.Element {
  if (typeof value !== "object") return <Text value={value} />;
  return (
    <span class="tone-warn">
      could not be read: <Text value={value.unreadable} />
    </span>
  );
}
