// Names and what they are, side by side.

import type { ComponentChildren, JSX } from "preact";

export function Facts({ of }: { of: readonly (readonly [name: string, value: ComponentChildren])[] }): JSX.Element {
  return (
    <dl class="facts">
      {of.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function When({ at, none = "never" }: { at: string | null; none?: string }): JSX.Element {
  if (at === null || at === "") return <span class="faint">{none}</span>;
  return (
    <time dateTime={at} title={at}>
      {at.slice(0, 10)} {at.slice(11, 16)}
    </time>
  );
}
