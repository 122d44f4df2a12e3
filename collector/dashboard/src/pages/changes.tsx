// What happened to devices and items, all of it, the newest first.

import type { JSX } from "preact";
import { get } from "../api/client";
import type { FleetChange, Routes } from "../api/schema";
import { AsOf } from "../parts/as_of";
import { Changes } from "../parts/changes";
import { CsvButton } from "../parts/csv_button";
import { FilterBar, type FilterField } from "../parts/filter_bar";
import { ListBody } from "../parts/list_body";
import { PageHead } from "../parts/page_head";
import { Pager } from "../parts/pager";
import { Empty } from "../parts/states";
import { page_size, useList, type ListSpec } from "../state/list";
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
    <>
      <PageHead title="Changes">
        <AsOf as_of={list.data?.as_of} busy={list.busy} news={list.news} reload={list.reload} />
        <CsvButton
          name="changes"
          columns={change_columns}
          ask={(cursor, limit, signal) => spec.ask(list.filters, { cursor, limit, signal })}
        />
      </PageHead>
      <FilterBar fields={fields} chosen={list.state} set={list.set} clear="/changes" />
      <ListBody
        list={list}
        what="changes"
        narrowed={Object.keys(list.filters).length > 0}
        all="/changes"
        nothing={<Empty title="Nothing has happened yet" />}
      >
        {(page) => (
          <>
            <div class="panel">
              <Changes changes={page.items} as_of={page.as_of} />
            </div>
            <Pager page={list.page} rows={page.items.length} page_size={page_size} next={page.next} link={list.link} />
          </>
        )}
      </ListBody>
    </>
  );
}
