// A list or section that is being read, or in which there is nothing.

import type { ComponentChildren, JSX } from "preact";

/** Grey lines in the shape of what comes. Said once to screen readers, by the role. */
export function Loading({ lines = 6, what }: { lines?: number; what: string }): JSX.Element {
  return (
    <div class="loading" role="status">
      <span class="quiet">Loading {what}…</span>
      {Array.from({ length: lines }, (_, i) => (
        <div key={i} class="bone" aria-hidden="true" />
      ))}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }): JSX.Element {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}
