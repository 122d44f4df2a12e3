// What happened to a device, and its reports: each line a run of reports that said the same.

import type { JSX } from "preact";
import type { DeviceEvent, EndorsementKey, ReportInterval } from "../api/schema";
import { plural, wordOf } from "../text/words";
import { When } from "./facts";
import { Short, Text } from "./text";

export function Events({ events }: { events: readonly DeviceEvent[] }): JSX.Element {
  if (events.length === 0) return <p class="faint">Nothing has happened yet.</p>;
  return (
    <ol class="events">
      {events.map((event) => (
        <li key={event.number}>
          <When at={event.at} />
          <span>
            <strong>
              <Text value={wordOf(event.event)} />
            </strong>{" "}
            <span class="faint">
              by <Text value={event.actor} />
            </span>
            {event.detail !== "" && (
              <span class="under">
                <Text value={event.detail} />
              </span>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}

export function Reports({ reports }: { reports: readonly ReportInterval[] }): JSX.Element {
  if (reports.length === 0) return <p class="faint">No report was accepted yet.</p>;
  return (
    <ol class="events">
      {reports.map((one) => (
        <li key={one.number}>
          <span>
            <When at={one.first_at} /> – <When at={one.last_at} />
          </span>
          <span>
            {plural(one.reports, "report")} that said the same
            <span class="under">
              PCRs <Text value={one.selection} />, digest <Short value={one.pcr_digest} />, key generation {one.generation}
            </span>
            <span class={one.clock.safe ? "under" : "under tone-warn"}>
              {plural(one.clock.reset_count, "reset")}, {plural(one.clock.restart_count, "restart")}
              {one.clock.safe ? "" : "; the TPM's clock may have gone back"}
            </span>
          </span>
        </li>
      ))}
    </ol>
  );
}

export function EndorsementKeys({ keys }: { keys: readonly EndorsementKey[] }): JSX.Element {
  if (keys.length === 0) return <p class="faint">None: no TPM enrolled for this device.</p>;
  return (
    <ol class="events">
      {keys.map((key) => (
        <li key={key.fingerprint}>
          <When at={key.added_at} />
          <span>
            <Short value={key.fingerprint} length={24} />{" "}
            <span class="faint">
              template <Text value={key.template} />, {key.has_certificate ? "with a certificate" : "without a certificate"}
            </span>
          </span>
        </li>
      ))}
    </ol>
  );
}
