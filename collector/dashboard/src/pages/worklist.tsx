// What is to be done, site by site; and the same for paper.

import type { JSX } from "preact";
import { get } from "../api/client";
import type { Item, ItemFacets, Routes } from "../api/schema";
import { sitesOf } from "../model/sites";
import { AsOf } from "../parts/as_of";
import { CsvButton } from "../parts/csv_button";
import { Facets, type FacetGroup } from "../parts/facets";
import { FilterBar, type FilterField } from "../parts/filter_bar";
import { ItemTable } from "../parts/item_table";
import { ListBody } from "../parts/list_body";
import { PageHead } from "../parts/page_head";
import { Pager } from "../parts/pager";
import { ProblemNote } from "../parts/problem_note";
import { Empty, Loading } from "../parts/states";
import { page_size, useList, type ListSpec } from "../state/list";
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
  return (
    <>
      <PageHead title="Worklist">
        <AsOf
          as_of={list.data?.as_of}
          busy={list.busy}
          news={list.news}
          reload={() => {
            list.reload();
            facets.reload();
          }}
        />
        <a class="button" href={`/worklist/print${query}`}>
          For paper
        </a>
        <CsvButton
          name="worklist"
          columns={item_columns}
          ask={(cursor, limit, signal) => item_list.ask(filters, { cursor, limit, signal })}
        />
      </PageHead>
      <FilterBar fields={fields} chosen={list.state} set={list.set} clear="/worklist" />
      <div class="with-side">
        <aside aria-label="Narrow the list">
          {facets.data && <Facets groups={groupsOf(facets.data)} chosen={list.state} link={list.link} />}
          {facets.problem && !list.problem && <ProblemNote problem={facets.problem} retry={facets.reload} />}
          {!facets.data && !facets.problem && <Loading what="facets" lines={8} />}
          {filters.state === undefined && (
            <a href={list.link({ all: all ? undefined : "true" })}>{all ? "Only open items" : "Closed and set aside too"}</a>
          )}
        </aside>
        <ListBody
          list={list}
          what="items"
          narrowed={Object.keys(filters).length > 0}
          all="/worklist"
          nothing={<NothingToDo />}
        >
          {(page) => (
            <>
              <ItemTable groups={sitesOf(page.items)} as_of={page.as_of} />
              <Pager page={list.page} rows={page.items.length} page_size={page_size} next={page.next} link={list.link} />
            </>
          )}
        </ListBody>
      </div>
    </>
  );
}
