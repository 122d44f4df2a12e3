import type { JSX } from "preact";
import type { Device } from "../api/schema";
import { relativeTime, shortTime } from "../text/time";
import { wordOf } from "../text/words";
import { Origin, Shown } from "./badge";
import { SortHead } from "./sort_head";
import { Short, Text } from "./text";

interface TableProps {
  devices: readonly Device[];
  as_of: string;
  sort: string | undefined;
  link: (change: Record<string, string | undefined>) => string;
}

function LastReport({ at, as_of }: { at: string | null; as_of: string }): JSX.Element {
  if (at === null) return <span class="faint">never</span>;
  return (
    <time dateTime={at}>
      {shortTime(at)} <span class="under">{relativeTime(at, as_of)}</span>
    </time>
  );
}

function Row({ device, as_of }: { device: Device; as_of: string }): JSX.Element {
  const home = `/devices/${device.id}`;
  return (
    <tr>
      <th scope="row" class="name">
        <a href={home}>
          <Text value={device.name || device.id.slice(0, 12)} />
        </a>{" "}
        <Origin origin={device.origin} />
        <span class="under">
          <Short value={device.id} />
        </span>
      </th>
      <td data-label="State">
        <Shown trusted={device.trusted} shown={device.shown} />
        <span class="under">{wordOf(device.shown.reason)}</span>
      </td>
      <td data-label="Site">
        <Text value={device.site} />
      </td>
      <td data-label="Role">
        <Text value={device.role} />
      </td>
      <td data-label="Parts" class="number">
        {device.components.toLocaleString("en")}
      </td>
      <td data-label="Findings" class="number">
        {device.findings > 0 ? <a href={`/findings?device=${device.id}`}>{device.findings.toLocaleString("en")}</a> : "0"}
      </td>
      <td data-label="To do" class="number">
        {device.open_items > 0 ? (
          <a href={`/worklist?device=${device.id}`}>{device.open_items.toLocaleString("en")}</a>
        ) : (
          "0"
        )}
      </td>
      <td data-label="Last report">
        <LastReport at={device.last_report_at} as_of={as_of} />
      </td>
    </tr>
  );
}

export function DeviceTable({ devices, as_of, sort, link }: TableProps): JSX.Element {
  return (
    <table class="list cards">
      <caption class="quiet">Devices, each with what is shown of it</caption>
      <thead>
        <tr>
          <SortHead title="Device" by="name" now={sort} link={link} />
          <SortHead title="State" by="state" now={sort} link={link} falls />
          <SortHead title="Site" by="site" now={sort} link={link} />
          <th scope="col">Role</th>
          <th scope="col" class="number">
            Parts
          </th>
          <SortHead title="Findings" by="findings" now={sort} link={link} number falls />
          <SortHead title="To do" by="open_items" now={sort} link={link} number falls />
          <SortHead title="Last report" by="last_report" now={sort} link={link} falls />
        </tr>
      </thead>
      <tbody>
        {devices.map((device) => (
          <Row key={device.id} device={device} as_of={as_of} />
        ))}
      </tbody>
    </table>
  );
}
