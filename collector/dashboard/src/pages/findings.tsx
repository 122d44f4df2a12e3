// The findings of the fleet, each with its chain of why.

import type { JSX } from "preact";
import { get } from "../api/client";
import type { Finding, Routes } from "../api/schema";
import type { FilterField } from "../parts/filter_bar";
import { FindingTable } from "../parts/finding_table";
import { ListPage } from "../parts/list_page";
import { Empty } from "../parts/states";
import { useList, type ListSpec } from "../state/list";
import { finding_columns } from "../text/csv_columns";
import { component_kinds } from "../text/words";

const keys = ["device", "site", "authority", "entity", "action", "kind", "vendor"] as const satisfies readonly (keyof Query)[];
type Key = (typeof keys)[number];
type Query = Routes["get"]["/v1/findings"]["query"];

const fields: readonly FilterField[] = [
  { name: "vendor", label: "Vendor number", hint: "19e5, pci:19e5:1822, mac:48435a", search: true },
  { name: "site", label: "Site" },
  { name: "authority", label: "Authority" },
  { name: "entity", label: "Entity" },
  { name: "action", label: "Demand", words: ["remove_by", "review", "no_new_purchase", "inform"] },
  { name: "kind", label: "Kind of part", words: component_kinds },
  { name: "device", label: "Device", hint: "id of 64 hex digits" },
];

const spec: ListSpec<Key, Finding> = {
  path: "/findings",
  keys,
  view_keys: ["open"],
  identify: (finding) => finding.id + finding.device,
  ask: (filters, { signal, ...request }) => {
    const query = { ...filters, ...request } as Query;
    return get("/v1/findings", signal ? { query, signal } : { query });
  },
};

function NoFinding(): JSX.Element {
  return (
    <Empty title="Nothing was found">
      <p>
        No part that is known fits a rule of the packs in force. Parts that could not be read are not known: a device's page
        names its sources that failed.
      </p>
    </Empty>
  );
}

export function Findings(): JSX.Element {
  const list = useList(spec);
  const open = list.state["open"];
  const toggle = (id: string): void => {
    const { cursor, page } = list.state;
    list.set({ open: open === id ? undefined : id, cursor, page }, true);
  };
  return (
    <ListPage
      title="Findings"
      what="findings"
      spec={spec}
      list={list}
      fields={fields}
      columns={finding_columns}
      tools={
        <>
          <a href="/conflicts">Identity conflicts</a> <a href="/unknown">Unknown identifiers</a>
        </>
      }
      nothing={<NoFinding />}
    >
      {(page) => <FindingTable findings={page.items} as_of={page.as_of} open={open} toggle={toggle} with_device />}
    </ListPage>
  );
}
