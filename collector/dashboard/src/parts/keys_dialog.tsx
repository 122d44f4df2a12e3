import type { JSX } from "preact";
import { Dialog } from "./dialog";

// Set by build.mjs: the licence texts of what is in the bundle.
declare const LICENSES: string;

const keys: readonly [key: string, what: string][] = [
  ["/", "to the search field"],
  ["g o", "Overview"],
  ["g d", "Devices"],
  ["g f", "Findings"],
  ["g w", "Worklist"],
  ["g e", "Enrolments"],
  ["r", "read the page again"],
  ["?", "these keys"],
  ["Esc", "closes this"],
];

export function KeysDialog({ onClose }: { onClose: () => void }): JSX.Element {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl class="keys">
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              {key.split(" ").map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p class="faint">
        <a href={LICENSES}>Licences</a> of what these pages are made of
      </p>
    </Dialog>
  );
}
