// Saves a whole list, every page of it, as CSV. It says how far it is, can be stopped, and saves nothing half.

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { allPages, type Page } from "../api/all_pages";
import { asProblem, isAbort } from "../api/problem";
import { noteEnd } from "../state/session_state";
import { csvText, type Column } from "../text/csv";
import { plural } from "../text/words";

interface CsvProps<T> {
  name: string;
  columns: readonly Column<T>[];
  ask: (cursor: string | undefined, limit: number, signal: AbortSignal) => Promise<Page<T>>;
}

function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${name}-${new Date().toISOString().slice(0, 10)}.csv`;
  link.click();
  // The download has its own hold on the data by the next turn.
  window.setTimeout(() => URL.revokeObjectURL(url), 1000);
}

export function CsvButton<T>({ name, columns, ask }: CsvProps<T>): JSX.Element {
  const [rows, setRows] = useState<number | null>(null);
  const [said, setSaid] = useState("");
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);

  const start = async (): Promise<void> => {
    const control = new AbortController();
    stop.current = control;
    setRows(0);
    setSaid("");
    try {
      const all = await allPages((cursor, limit) => ask(cursor, limit, control.signal), setRows);
      save(name, csvText(columns, all));
      setSaid(`${plural(all.length, "row")} saved`);
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (isAbort(thrown)) setSaid("stopped; nothing was saved");
      else if (!noteEnd(problem)) setSaid("failed; nothing was saved. Try again.");
    } finally {
      setRows(null);
    }
  };

  return (
    <span class="csv">
      <span role="status" class="faint">
        {rows === null ? said : `${plural(rows, "row")} read…`}
      </span>
      {rows === null ? (
        <button type="button" onClick={() => void start()}>
          CSV
        </button>
      ) : (
        <button type="button" onClick={() => stop.current?.abort()}>
          Stop
        </button>
      )}
    </span>
  );
}
