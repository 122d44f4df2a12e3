// Findings, each with a row under it that says why, opened by a button.

import type { JSX } from "preact";
import type { Finding } from "../api/schema";
import { placeOf } from "../text/csv_columns";
import { proof_meaning, wordOf } from "../text/words";
import { Origin } from "./badge";
import { DemandText } from "./demand";
import { When } from "./facts";
import { Text } from "./text";
import { WhyChain } from "./why_chain";

interface TableProps {
  findings: readonly Finding[];
  as_of: string;
  /** The id of the finding whose why is shown. */
  open: string | undefined;
  toggle: (id: string) => void;
  /** False on a device's own page. */
  with_device: boolean;
}

function Where({ finding }: { finding: Finding }): JSX.Element {
  return (
    <td data-label="Device">
      <a href={`/devices/${finding.device}`}>
        <Text value={finding.device_name || finding.device.slice(0, 12)} />
      </a>{" "}
      <Origin origin={finding.origin} />
      <span class="under">
        <Text value={finding.site} empty="no site" />
      </span>
    </td>
  );
}

function Row({ finding, as_of, open, toggle, with_device }: TableProps & { finding: Finding }): JSX.Element {
  const is_open = open === finding.id;
  const below = `why-${finding.id}`;
  const place = placeOf(finding.location);
  return (
    <>
      <tr class={is_open ? "opened" : ""}>
        <th scope="row">
          <Text value={finding.label || finding.component} />
          <span class="under">
            {finding.label === "" || finding.label === finding.component ? (
              wordOf(finding.kind)
            ) : (
              <Text value={finding.component} />
            )}
            {place !== "" && (
              <>
                {" · "}
                <Text value={place} />
              </>
            )}
          </span>
        </th>
        {with_device && <Where finding={finding} />}
        <td data-label="Entity">
          <Text value={finding.entity} />
          {finding.named !== finding.entity && (
            <span class="under">
              named: <Text value={finding.named} />
            </span>
          )}
        </td>
        <td data-label="Authority">
          <Text value={finding.authority} />
          <span class="under">
            <Text value={finding.list} empty="" />
          </span>
        </td>
        <td data-label="Demand">
          <DemandText action={finding.action} deadline={finding.deadline} as_of={as_of} excepted={finding.excepted !== ""} />
        </td>
        <td data-label="Proof" title={proof_meaning[finding.proof]}>
          {wordOf(finding.proof)}
        </td>
        <td data-label="First seen">
          <When at={finding.first_seen_at} />
        </td>
        <td class="opener">
          <button
            type="button"
            class="plain"
            aria-expanded={is_open}
            aria-controls={is_open ? below : undefined}
            onClick={() => toggle(finding.id)}
          >
            Why<span class="quiet"> {wordOf(finding.reason)}</span>
          </button>
        </td>
      </tr>
      {is_open && (
        <tr id={below} class="below">
          <td colSpan={with_device ? 8 : 7}>
            <WhyChain finding={finding.finding} />
          </td>
        </tr>
      )}
    </>
  );
}

export function FindingTable(props: TableProps): JSX.Element {
  const titles = ["Part", ...(props.with_device ? ["Device"] : []), "Entity", "Authority", "Demand", "Proof", "First seen"];
  return (
    <table class="list cards">
      <caption class="quiet">Findings</caption>
      <thead>
        <tr>
          {titles.map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
          <th scope="col">
            <span class="quiet">Why</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {props.findings.map((finding) => (
          <Row key={finding.id} finding={finding} {...props} />
        ))}
      </tbody>
    </table>
  );
}
