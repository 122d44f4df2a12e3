// A column's heading that sorts: a link to the same list in another order, said to screen readers by aria-sort.

import type { JSX } from "preact";

interface SortProps {
  title: string;
  by: string;
  /** Of the URL: "name", "-name", or undefined for the list's own order. */
  now: string | undefined;
  link: (change: Record<string, string | undefined>) => string;
  number?: boolean;
  /** The order that a reader wants first: of counts and times the largest. */
  falls?: boolean;
}

export function SortHead({ title, by, now, link, number = false, falls = false }: SortProps): JSX.Element {
  const up = now === by;
  const down = now === `-${by}`;
  const first = falls ? `-${by}` : by;
  const second = falls ? by : `-${by}`;
  const next = now === first ? second : now === second ? undefined : first;
  return (
    <th scope="col" class={number ? "number" : ""} aria-sort={up ? "ascending" : down ? "descending" : undefined}>
      <a href={link({ sort: next })} class="sort">
        {title}
        <span class="arrow" aria-hidden="true">
          {up ? " ↑" : down ? " ↓" : ""}
        </span>
      </a>
    </th>
  );
}
