// An answer that is not as it is described can break the drawing of a page. Then this stands there instead: never nothing.

import { Component, type ComponentChildren } from "preact";
import { Problem } from "../api/problem";
import { ProblemNote } from "./problem_note";

interface BoundaryProps {
  children: ComponentChildren;
}

export class Boundary extends Component<BoundaryProps, { failed: Error | null }> {
  override state = { failed: null };

  static override getDerivedStateFromError(failed: Error): { failed: Error } {
    return { failed };
  }

  override render({ children }: BoundaryProps, { failed }: { failed: Error | null }): ComponentChildren {
    if (failed === null) return children;
    const problem = new Problem("garbled", `The page could not be drawn: ${failed.message}`, 200);
    // Read as a whole: the collector may have been updated under this page, and its answers with it.
    return <ProblemNote problem={problem} retry={() => window.location.reload()} />;
  }
}
