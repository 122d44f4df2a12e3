// The devices: search, facets, order by column, CSV of all of them.

import type { JSX } from "preact";
import { get } from "../api/client";
import type { Device, DeviceFacets, Routes } from "../api/schema";
import { readings } from "../model/fleet_bars";
import { DeviceTable } from "../parts/device_table";
import type { FacetGroup } from "../parts/facets";
import type { FilterField } from "../parts/filter_bar";
import { ListFacets, ListPage } from "../parts/list_page";
import { Empty } from "../parts/states";
import { useList, type ListSpec } from "../state/list";
import { useLoad } from "../state/load";
import { writeQuery, type QueryState } from "../state/query";
import { device_columns } from "../text/csv_columns";

const filter_keys = ["match", "site", "role", "state", "origin", "vendor", "entity", "authority", "kind"] as const;
const keys = [...filter_keys, "sort"] as const satisfies readonly (keyof Query)[];
type Key = (typeof keys)[number];
type Query = Routes["get"]["/v1/devices"]["query"];

const fields: readonly FilterField[] = [
  { name: "match", label: "Search", hint: "whole name, or the beginning of an id", search: true },
  { name: "vendor", label: "Vendor number", hint: "19e5, pci:19e5:1822, mac:48435a" },
  { name: "entity", label: "Entity" },
  { name: "authority", label: "Authority" },
];

// What stands in a URL is the reader's: the collector says which word it does not know.
const asked = (state: QueryState<Key>): Query => state as Query;

const spec: ListSpec<Key, Device> = {
  path: "/devices",
  keys,
  identify: (device) => device.id,
  ask: ({ sort, ...filters }, { signal, ...request }) => {
    const order = request.changed_since === undefined ? { sort } : {};
    const query = { ...asked({ ...filters, ...order } as QueryState<Key>), ...request } as Query;
    return get("/v1/devices", signal ? { query, signal } : { query });
  },
};

const titles = { site: "Site", role: "Role", origin: "Source" } as const;

/** The `state` facet counts a device under each of its readings: a group for each, so that a group adds up. */
function groupsOf({ facets, more }: DeviceFacets): FacetGroup[] {
  const states = readings.map(({ name, values }) => ({
    name: "state",
    title: name,
    values: facets.state.filter((one) => values.includes(one.value)),
    more: false,
    words: true,
    owns: (value: string) => values.includes(value),
  }));
  const others = (Object.keys(titles) as (keyof typeof titles)[]).map((name) => ({
    name,
    title: titles[name],
    values: facets[name],
    more: more.includes(name),
    words: name === "origin",
  }));
  return [...states, ...others];
}

function NoDevice(): JSX.Element {
  return (
    <Empty title="No device yet">
      <p>
        A device appears here when its agent has enrolled, or when its inventory was imported with{" "}
        <code>assay import inventory</code>.
      </p>
    </Empty>
  );
}

export function Devices(): JSX.Element {
  const list = useList(spec);
  const { sort, ...filters } = list.filters;
  const facets = useLoad(`facets${writeQuery(filters, filter_keys)}`, (signal) =>
    get("/v1/devices/facets", { query: asked(filters) as Routes["get"]["/v1/devices/facets"]["query"], signal }),
  );
  const reload = (): void => {
    list.reload();
    facets.reload();
  };
  return (
    <ListPage
      title="Devices"
      what="devices"
      spec={spec}
      list={list}
      fields={fields}
      columns={device_columns}
      side={<ListFacets list={list} facets={facets} groups={groupsOf} />}
      narrowed={Object.keys(filters).length > 0}
      reload={reload}
      nothing={<NoDevice />}
    >
      {(page) => <DeviceTable devices={page.items} as_of={page.as_of} sort={sort} link={list.link} />}
    </ListPage>
  );
}
