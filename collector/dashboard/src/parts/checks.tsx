// The checks of the last report, in the order in which the collector makes them, and its sources.

import type { JSX } from "preact";
import type { Check, Source } from "../api/schema";
import { plural, wordOf } from "../text/words";
import { Badge } from "./badge";
import { Text } from "./text";

function OneCheck({ check }: { check: Check }): JSX.Element {
  const passed = check.outcome === "passed";
  return (
    <li>
      <span class="check-name">
        <Text value={wordOf(check.check)} />
      </span>
      <Badge word={check.outcome} />
      <div class="check-why">
        {check.reason !== "" && <Text value={wordOf(check.reason)} />}
        {check.detail !== "" && (
          <>
            {check.reason !== "" && ": "}
            <Text value={check.detail} />
          </>
        )}
        {!passed && check.meaning && (
          <p class="faint">
            <Text value={check.meaning} />
          </p>
        )}
        {!passed && check.advice && (
          <p class="advice">
            What to do: <Text value={check.advice} />
          </p>
        )}
      </div>
    </li>
  );
}

export function Checks({ checks, origin }: { checks: readonly Check[]; origin: string }): JSX.Element {
  if (checks.length === 0) {
    return (
      <p class="faint">
        {origin === "imported"
          ? "There is nothing to check: this inventory is a person's file, and no TPM vouches for it."
          : "No report was accepted yet, so nothing was checked. That says nothing good of the device."}
      </p>
    );
  }
  return (
    <ol class="checks">
      {checks.map((check, i) => (
        <OneCheck key={`${i}/${check.check}`} check={check} />
      ))}
    </ol>
  );
}

/** What could not be read comes first. "Could not look" is never "nothing there". */
export function Sources({ sources }: { sources: readonly Source[] }): JSX.Element {
  if (sources.length === 0) return <p class="faint">No report named its sources yet: nothing is known to have been read.</p>;
  const unread = sources.filter((one) => !["ok", "absent"].includes(one.state));
  const read = sources.filter((one) => ["ok", "absent"].includes(one.state));
  return (
    <>
      {unread.length > 0 && (
        <p class="note tone-warn">
          <span class="note-title">{plural(unread.length, "source")} could not be read</span>
          <span>What they would show may be there. An inventory with a gap is not a clean one.</span>
        </p>
      )}
      <ul class="sources">
        {[...unread, ...read].map((one) => (
          <li key={one.source}>
            <span class="check-name">
              <Text value={one.source} />
            </span>
            <Badge word={one.state} />
            <span class="faint">
              {one.state === "absent" && one.detail === "" ? (
                "this device has no such source"
              ) : (
                <Text value={one.detail} empty="" />
              )}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
