// What is to be done, site by site; and the same for paper.

import type { JSX } from "preact";
import { get } from "../api/client";
import type { Item, ItemFacets, Routes } from "../api/schema";
import { sitesOf } from "../model/sites";
import type { FacetGroup } from "../parts/facets";
import type { FilterField } from "../parts/filter_bar";
import { ItemTable } from "../parts/item_table";
import { ListFacets, ListPage } from "../parts/list_page";
import { Empty } from "../parts/states";
import { useList, type ListSpec } from "../state/list";
import { useLoad } from "../state/load";
import { writeQuery } from "../state/query";
import { item_columns } from "../text/csv_columns";
import { component_kinds } from "../text/words";

const names = ["device", "site", "state", "authority", "entity", "entry", "kind", "vendor", "all"] as const;
export const item_keys = names satisfies readonly (keyof Query)[];
type Key = (typeof item_keys)[number];
type Query = Routes["get"]["/v1/worklist"]["query"];

export const item_list: ListSpec<Key, Item> = {
  path: "/worklist",
  keys: item_keys,
  identify: (item) => String(item.id),
  ask: (filters, { signal, ...request }) => {
    const query = { ...filters, sort: "site", ...request } as Query;
    return get("/v1/worklist", signal ? { query, signal } : { query });
  },
};

const fields: readonly FilterField[] = [
  { name: "vendor", label: "Vendor number", hint: "19e5, pci:19e5:1822, mac:48435a", search: true },
  { name: "kind", label: "Kind of part", words: component_kinds },
  { name: "entry", label: "List entry" },
  { name: "device", label: "Device", hint: "id of 64 hex digits" },
];

const titles = { state: "State", site: "Site", authority: "Authority", entity: "Entity" } as const;

function groupsOf({ facets, more }: ItemFacets): FacetGroup[] {
  return (Object.keys(titles) as (keyof typeof titles)[]).map((name) => ({
    name,
    title: titles[name],
    values: facets[name],
    more: more.includes(name),
    words: name === "state",
  }));
}

function NothingToDo(): JSX.Element {
  return (
    <Empty title="Nothing is to do">
      <p>
        No item is open. <a href="/worklist?all=true">Show closed ones and those set aside</a>
      </p>
    </Empty>
  );
}

export function Worklist(): JSX.Element {
  const list = useList(item_list);
  const filters = list.filters;
  const query = writeQuery(filters, item_keys);
  const facets = useLoad(`items${query}`, (signal) =>
    get("/v1/worklist/facets", { query: filters as Routes["get"]["/v1/worklist/facets"]["query"], signal }),
  );
  const all = filters.all === "true";
  const reload = (): void => {
    list.reload();
    facets.reload();
  };
  return (
    <ListPage
      title="Worklist"
      what="items"
      spec={item_list}
      list={list}
      fields={fields}
      columns={item_columns}
      tools={
        <a class="button" href={`/worklist/print${query}`}>
          For paper
        </a>
      }
      side={
        <>
          <ListFacets list={list} facets={facets} groups={groupsOf} />
          {filters.state === undefined && (
            <a href={list.link({ all: all ? undefined : "true" })}>{all ? "Only open items" : "Closed and set aside too"}</a>
          )}
        </>
      }
      reload={reload}
      nothing={<NothingToDo />}
    >
      {(page) => <ItemTable groups={sitesOf(page.items)} as_of={page.as_of} />}
    </ListPage>
  );
}
