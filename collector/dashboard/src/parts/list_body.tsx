// What every list page does with its answer: loading, problem, empty, or the rows.

import type { ComponentChildren, JSX } from "preact";
import type { Page } from "../api/all_pages";
import type { Loaded } from "../state/load";
import { ProblemNote } from "./problem_note";
import { Empty, Loading } from "./states";

interface BodyProps<T> {
  list: Loaded<Page<T>>;
  what: string;
  /** True: filters narrow the list. */
  narrowed: boolean;
  /** The list without filters. */
  all: string;
  nothing: ComponentChildren;
  children: (page: Page<T>) => ComponentChildren;
}

export function ListBody<T>({ list, what, narrowed, all, nothing, children }: BodyProps<T>): JSX.Element {
  const { data, problem } = list;
  return (
    <div aria-busy={list.busy} class={list.busy && data !== null ? "stale" : ""}>
      {problem && (
        <ProblemNote problem={problem} retry={list.reload} stale={data !== null}>
          {problem.kind === "refused" && (
            <p>
              <a href={all}>Show the list without filters</a>
            </p>
          )}
        </ProblemNote>
      )}
      {data === null && !problem && <Loading what={what} lines={12} />}
      {data !== null && data.items.length > 0 && children(data)}
      {data !== null && data.items.length === 0 && narrowed && (
        <Empty title={`No ${what} fit these filters`}>
          <p>
            <a href={all}>Take the filters away</a>
          </p>
        </Empty>
      )}
      {data !== null && data.items.length === 0 && !narrowed && nothing}
    </div>
  );
}
