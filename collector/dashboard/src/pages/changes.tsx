// What happened to devices and items, all of it, the newest first.

import type { JSX } from "preact";
import { get } from "../api/client";
import type { FleetChange, Routes } from "../api/schema";
import { Changes } from "../parts/changes";
import type { FilterField } from "../parts/filter_bar";
import { ListPage } from "../parts/list_page";
import { Empty } from "../parts/states";
import { useList, type ListSpec } from "../state/list";
import { change_columns } from "../text/csv_columns";

const keys = ["device", "site"] as const satisfies readonly (keyof Query)[];
type Key = (typeof keys)[number];
type Query = Routes["get"]["/v1/changes"]["query"];

const fields: readonly FilterField[] = [
  { name: "device", label: "Device", hint: "id of 64 hex digits", search: true },
  { name: "site", label: "Site" },
];

const spec: ListSpec<Key, FleetChange> = {
  path: "/changes",
  keys,
  identify: (change) => JSON.stringify(change),
  ask: (filters, { signal, ...request }) => {
    const query = { ...filters, ...request } as Query;
    return get("/v1/changes", signal ? { query, signal } : { query });
  },
};

export function ChangesPage(): JSX.Element {
  const list = useList(spec);
  return (
    <ListPage
      title="Changes"
      what="changes"
      spec={spec}
      list={list}
      fields={fields}
      columns={change_columns}
      nothing={<Empty title="Nothing has happened yet" />}
    >
      {(page) => (
        <div class="panel">
          <Changes changes={page.items} as_of={page.as_of} />
        </div>
      )}
    </ListPage>
  );
}
