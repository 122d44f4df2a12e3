// Pages by cursor. The first page and the next are links; back goes where the reader was.

import type { JSX } from "preact";
import { cameFromInside } from "../state/location";

interface PagerProps {
  page: number;
  rows: number;
  page_size: number;
  next: string | undefined;
  link: (change: Record<string, string | undefined>) => string;
}

export function Pager({ page, rows, page_size, next, link }: PagerProps): JSX.Element | null {
  if (page === 1 && next === undefined) return null;
  const first = (page - 1) * page_size + 1;
  return (
    <nav class="pager" aria-label="Pages">
      {page > 1 && <a href={link({ cursor: undefined, page: undefined })}>First page</a>}
      {page > 1 && cameFromInside() && (
        <button type="button" onClick={() => window.history.back()}>
          Back
        </button>
      )}
      <span class="faint">
        {rows === 0 ? "no rows" : `rows ${first.toLocaleString("en")}–${(first + rows - 1).toLocaleString("en")}`}
      </span>
      {next !== undefined && (
        <a class="button" rel="next" href={link({ cursor: next, page: String(page + 1) })}>
          Next page
        </a>
      )}
    </nav>
  );
}
