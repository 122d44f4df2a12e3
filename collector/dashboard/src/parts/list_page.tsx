// A page that is one list: its head with CSV, its filters, what it can be narrowed to, its rows, its pages.

import type { ComponentChildren, JSX } from "preact";
import type { Page } from "../api/all_pages";
import { page_size, type List, type ListSpec } from "../state/list";
import type { Loaded } from "../state/load";
import type { Column } from "../text/csv";
import { AsOf } from "./as_of";
import { CsvButton } from "./csv_button";
import { Facets, type FacetGroup } from "./facets";
import { FilterBar, type FilterField } from "./filter_bar";
import { ListBody } from "./list_body";
import { PageHead } from "./page_head";
import { Pager } from "./pager";
import { ProblemNote } from "./problem_note";
import { Loading } from "./states";

interface ListPageProps<K extends string, T> {
  title: string;
  /** What its rows are, in the plural. */
  what: string;
  spec: ListSpec<K, T>;
  list: List<K, T>;
  fields: readonly FilterField[];
  /** Of its CSV; without them there is none. */
  columns?: readonly Column<T>[];
  /** Beside the CSV. */
  tools?: ComponentChildren;
  /** Beside the rows. */
  side?: ComponentChildren;
  /** True: filters narrow the list. Without it: whatever the collector is asked with does. */
  narrowed?: boolean;
  /** Reads the list again, and what stands beside it. */
  reload?: () => void;
  /** Instead of rows, where there are none at all. */
  nothing: ComponentChildren;
  children: (page: Page<T>) => ComponentChildren;
}

export function ListPage<K extends string, T>(props: ListPageProps<K, T>): JSX.Element {
  const { title, what, spec, list, fields, columns, tools, side, nothing, children } = props;
  const narrowed = props.narrowed ?? Object.keys(list.filters).length > 0;
  const body = (
    <ListBody list={list} what={what} narrowed={narrowed} all={spec.path} nothing={nothing}>
      {(page) => (
        <>
          {children(page)}
          <Pager page={list.page} rows={page.items.length} page_size={page_size} next={page.next} link={list.link} />
        </>
      )}
    </ListBody>
  );
  return (
    <>
      <PageHead title={title}>
        <AsOf as_of={list.data?.as_of} busy={list.busy} news={list.news} reload={props.reload ?? list.reload} />
        {tools}
        {columns && (
          <CsvButton
            name={spec.path.slice(1)}
            columns={columns}
            ask={(cursor, limit, signal) => spec.ask(list.filters, { cursor, limit, signal })}
          />
        )}
      </PageHead>
      <FilterBar fields={fields} chosen={list.state} set={list.set} clear={spec.path} />
      {side ? (
        <div class="with-side">
          <aside aria-label="Narrow the list">{side}</aside>
          {body}
        </div>
      ) : (
        body
      )}
    </>
  );
}

interface ListFacetsProps<K extends string, T, F> {
  list: List<K, T>;
  facets: Loaded<F>;
  groups: (facets: F) => FacetGroup[];
}

/** For a list's side. A problem that the list itself has is told there. */
export function ListFacets<K extends string, T, F>({ list, facets, groups }: ListFacetsProps<K, T, F>): JSX.Element {
  return (
    <>
      {facets.data && <Facets groups={groups(facets.data)} chosen={list.state} link={list.link} />}
      {facets.problem && !list.problem && <ProblemNote problem={facets.problem} retry={facets.reload} />}
      {!facets.data && !facets.problem && <Loading what="facets" lines={8} />}
    </>
  );
}
