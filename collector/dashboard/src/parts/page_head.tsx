// A page's heading, and the document's title with it.

import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";

interface HeadProps {
  title: string;
  /** Instead of the title, when it has more in it than text. */
  heading?: ComponentChildren;
  children?: ComponentChildren;
}

export function PageHead({ title, heading, children }: HeadProps): JSX.Element {
  useEffect(() => {
    document.title = `${title} · Assay`;
  }, [title]);
  return (
    <div class="page-head">
      <h1 tabIndex={-1}>{heading ?? title}</h1>
      <div class="page-tools">{children}</div>
    </div>
  );
}
