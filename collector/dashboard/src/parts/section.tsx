// A part of a page that stands on its own answer: when that fails, the others stay.

import type { ComponentChildren, JSX } from "preact";
import type { Loaded } from "../state/load";
import { ProblemNote } from "./problem_note";
import { Loading } from "./states";

interface SectionProps<T> {
  title: string;
  loaded: Loaded<T>;
  id?: string;
  lines?: number;
  /** Beside the heading. */
  beside?: ComponentChildren;
  children: (data: T) => ComponentChildren;
}

export function Section<T>({ title, loaded, id, lines = 4, beside, children }: SectionProps<T>): JSX.Element {
  return (
    <section class="panel" id={id} aria-label={title}>
      <h2>
        {title} {beside}
      </h2>
      {loaded.problem && <ProblemNote problem={loaded.problem} retry={loaded.reload} stale={loaded.data !== null} />}
      {loaded.data !== null ? children(loaded.data) : !loaded.problem && <Loading what={title} lines={lines} />}
    </section>
  );
}
