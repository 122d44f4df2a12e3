// Parts of which two statements name two companies. To be looked at: nothing is demanded.

import type { JSX } from "preact";
import { get } from "../api/client";
import type { Conflict, Routes } from "../api/schema";
import { Origin } from "../parts/badge";
import { When } from "../parts/facts";
import type { FilterField } from "../parts/filter_bar";
import { ListPage } from "../parts/list_page";
import { Empty } from "../parts/states";
import { Text } from "../parts/text";
import { useList, type ListSpec } from "../state/list";
import { conflict_columns } from "../text/csv_columns";
import { component_kinds, proof_meaning, wordOf } from "../text/words";

const keys = ["device", "site", "kind", "rule", "vendor"] as const satisfies readonly (keyof Query)[];
type Key = (typeof keys)[number];
type Query = Routes["get"]["/v1/conflicts"]["query"];

const fields: readonly FilterField[] = [
  { name: "vendor", label: "Vendor number", hint: "19e5, pci:19e5:1822, mac:48435a", search: true },
  { name: "site", label: "Site" },
  { name: "rule", label: "Rule", words: ["pci_name", "usb_name", "memory_name", "transceiver_name", "board_name", "mac_maker"] },
  { name: "kind", label: "Kind of part", words: component_kinds },
  { name: "device", label: "Device", hint: "id of 64 hex digits" },
];

const spec: ListSpec<Key, Conflict> = {
  path: "/conflicts",
  keys,
  identify: (conflict) => conflict.id + conflict.device,
  ask: (filters, { signal, ...request }) => {
    const query = { ...filters, ...request } as Query;
    return get("/v1/conflicts", signal ? { query, signal } : { query });
  },
};

function Row({ conflict }: { conflict: Conflict }): JSX.Element {
  return (
    <tr>
      <th scope="row">
        <Text value={conflict.label || conflict.component} />
        <span class="under">
          <Text value={conflict.component} />
        </span>
      </th>
      <td data-label="Device">
        <a href={`/devices/${conflict.device}`}>
          <Text value={conflict.device_name || conflict.device.slice(0, 12)} />
        </a>{" "}
        <Origin origin={conflict.origin} />
        <span class="under">
          <Text value={conflict.site} empty="no site" />
        </span>
      </td>
      <td data-label="Number">
        <Text value={`${conflict.registry} ${conflict.value}`} />
        <span class="under">
          registered to <Text value={conflict.holder} />
        </span>
      </td>
      <td data-label="Against">
        <Text value={conflict.against} />
        <span class="under">{wordOf(conflict.rule)}</span>
      </td>
      <td data-label="Proof" title={proof_meaning[conflict.proof]}>
        {wordOf(conflict.proof)}
      </td>
      <td data-label="First seen">
        <When at={conflict.first_seen_at} />
      </td>
    </tr>
  );
}

function NoConflict(): JSX.Element {
  return (
    <Empty title="No statements contradict each other">
      <p>That proves nothing: a part that lies in all its statements contradicts none of them.</p>
    </Empty>
  );
}

export function Conflicts(): JSX.Element {
  const list = useList(spec);
  return (
    <ListPage
      title="Identity conflicts"
      what="identity conflicts"
      spec={spec}
      list={list}
      fields={fields}
      columns={conflict_columns}
      nothing={<NoConflict />}
    >
      {(page) => (
        <table class="list cards">
          <caption class="quiet">Identity conflicts</caption>
          <thead>
            <tr>
              {["Part", "Device", "Number", "Against", "Proof", "First seen"].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {page.items.map((conflict) => (
              <Row key={conflict.id + conflict.device} conflict={conflict} />
            ))}
          </tbody>
        </table>
      )}
    </ListPage>
  );
}
