// Numbers of parts that nobody is known to hold, by registry and vendor's part. They are not clean.

import type { JSX } from "preact";
import { get } from "../api/client";
import type { Routes, UnknownIdentifier } from "../api/schema";
import { When } from "../parts/facts";
import type { FilterField } from "../parts/filter_bar";
import { ListPage } from "../parts/list_page";
import { Empty } from "../parts/states";
import { Text } from "../parts/text";
import { useList, type ListSpec } from "../state/list";
import { unknown_columns } from "../text/csv_columns";
import { wordOf } from "../text/words";

const keys = ["device", "site", "registry", "reason"] as const satisfies readonly (keyof Query)[];
type Key = (typeof keys)[number];
type Query = Routes["get"]["/v1/unknown-identifiers"]["query"];

const fields: readonly FilterField[] = [
  { name: "device", label: "Device", hint: "id of 64 hex digits", search: true },
  { name: "site", label: "Site" },
  { name: "registry", label: "Registry", hint: "pci, usb, mac" },
  { name: "reason", label: "Why", words: ["not_registered", "reserved", "local", "no_snapshot"] },
];

const spec: ListSpec<Key, UnknownIdentifier> = {
  path: "/unknown",
  keys,
  identify: (one) => `${one.registry} ${one.vendor}`,
  ask: (filters, { signal, ...request }) => {
    const query = { ...filters, ...request } as Query;
    return get("/v1/unknown-identifiers", signal ? { query, signal } : { query });
  },
};

function Row({ one }: { one: UnknownIdentifier }): JSX.Element {
  return (
    <tr>
      <th scope="row">
        <Text value={`${one.registry} ${one.vendor}`} />
        <span class="under">{one.values} different</span>
      </th>
      <td data-label="Why" title={one.meaning}>
        {wordOf(one.reason)}
      </td>
      <td data-label="Devices">{one.devices}</td>
      <td data-label="Components">{one.components}</td>
      <td data-label="First seen">
        <When at={one.first_seen_at} />
      </td>
      <td data-label="Example">
        <Text value={one.example.value} />
        <span class="under">
          <Text value={one.example.component} /> of{" "}
          <a href={`/devices/${one.example.device}`}>
            <Text value={one.example.device_name || one.example.device.slice(0, 12)} />
          </a>
        </span>
      </td>
    </tr>
  );
}

export function UnknownIdentifiers(): JSX.Element {
  const list = useList(spec);
  return (
    <ListPage
      title="Unknown identifiers"
      what="unknown identifiers"
      spec={spec}
      list={list}
      fields={fields}
      columns={unknown_columns}
      nothing={<Empty title="Every number that was read is somebody's" />}
    >
      {(page) => (
        <table class="list cards">
          <caption class="quiet">Unknown identifiers</caption>
          <thead>
            <tr>
              {["Number", "Why", "Devices", "Components", "First seen", "Example"].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {page.items.map((one) => (
              <Row key={`${one.registry} ${one.vendor}`} one={one} />
            ))}
          </tbody>
        </table>
      )}
    </ListPage>
  );
}
