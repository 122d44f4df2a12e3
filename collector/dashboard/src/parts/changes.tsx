// What happened to devices and items, the newest first.

import type { JSX } from "preact";
import type { FleetChange } from "../api/schema";
import { relativeTime, shortTime } from "../text/time";
import { wordOf } from "../text/words";
import { Badge, Origin } from "./badge";
import { Text } from "./text";

function What({ change }: { change: FleetChange }): JSX.Element {
  return (
    <>
      <Text value={wordOf(change.event)} />
      {change.item !== undefined && (
        <>
          {" "}
          <a href={`/worklist/${change.item}`}>item {change.item}</a>
        </>
      )}
      {change.to !== undefined && change.to !== change.from && (
        <>
          {" "}
          <Badge word={change.to} />
        </>
      )}
    </>
  );
}

export function Changes({ changes, as_of }: { changes: readonly FleetChange[]; as_of: string }): JSX.Element {
  if (changes.length === 0) return <p class="faint">Nothing has happened yet.</p>;
  return (
    <ol class="changes">
      {changes.map((change, i) => (
        <li key={`${change.at}/${change.device}/${change.item ?? ""}/${i}`}>
          <time dateTime={change.at} title={`${shortTime(change.at)} UTC`}>
            {relativeTime(change.at, as_of)}
          </time>
          <span class="change-what">
            <What change={change} />
          </span>
          <span class="change-where">
            <a href={`/devices/${change.device}`}>
              <Text value={change.device_name || change.device.slice(0, 12)} />
            </a>{" "}
            <Origin origin={change.origin} />
          </span>
          <span class="change-who faint">
            <Text value={change.actor} />
            {change.detail !== "" && (
              <>
                {" · "}
                <Text value={change.detail} />
              </>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}
