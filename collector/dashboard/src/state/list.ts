// A list page: what the URL asks for, page by page, and a look every half minute at what changed since it was read. What
// is shown is not moved under the reader's hands: a note says how much changed, and a key or button reads it again.

import { useEffect, useState } from "preact/hooks";
import type { Page } from "../api/all_pages";
import { asProblem } from "../api/problem";
import { useLoad, type Loaded } from "./load";
import { go, usePlace } from "./location";
import { changed, readQuery, writeQuery, type QueryState } from "./query";
import { noteEnd } from "./session_state";
import { useWatch } from "./watch";

export const page_size = 100;

export interface News {
  since: string;
  count: number;
  more: boolean;
  problem: boolean;
}

export interface PageRequest {
  cursor?: string | undefined;
  changed_since?: string | undefined;
  limit: number;
  signal?: AbortSignal;
}

export interface ListSpec<K extends string, T> {
  path: string;
  /** The keys of its URL that the collector is asked with, in their order; `cursor` and `page` are added to them. */
  keys: readonly K[];
  /** Keys of its URL that say only how it is shown: another value asks for nothing. */
  view_keys?: readonly string[];
  identify: (row: T) => string;
  ask: (state: QueryState<K>, request: PageRequest) => Promise<Page<T>>;
}

export interface List<K extends string, T> extends Loaded<Page<T>> {
  /** All of the URL. */
  state: QueryState<string>;
  /** What of it the collector is asked with. */
  filters: QueryState<K>;
  news: News | null;
  page: number;
  link: (change: Record<string, string | undefined>) => string;
  set: (change: Record<string, string | undefined>, replace?: boolean) => void;
}

/** Rows of `fresh` that are not shown as they are now: what changed in the second of `as_of` comes a second time. */
function unlike<T>(shown: readonly T[], fresh: readonly T[], identify: (row: T) => string): number {
  const known = new Map(shown.map((row) => [identify(row), JSON.stringify(row)]));
  return fresh.filter((row) => known.get(identify(row)) !== JSON.stringify(row)).length;
}

function useNews<K extends string, T>(spec: ListSpec<K, T>, state: QueryState<K>, shown: Page<T> | null): News | null {
  const [news, setNews] = useState<News | null>(null);
  const since = shown?.as_of ?? "";
  useEffect(() => setNews(null), [shown]);
  useWatch(shown !== null, () => {
    if (shown === null) return;
    spec.ask(state, { changed_since: since, limit: page_size }).then(
      (page) => {
        const count = unlike(shown.items, page.items, spec.identify);
        setNews({ since, count, more: page.next !== undefined, problem: false });
      },
      (thrown: unknown) => {
        if (!noteEnd(asProblem(thrown))) setNews({ since, count: 0, more: false, problem: true });
      },
    );
  });
  return news;
}

export function useList<K extends string, T>(spec: ListSpec<K, T>): List<K, T> {
  const asked_keys: readonly string[] = [...spec.keys, "cursor", "page"];
  const keys = [...asked_keys, ...(spec.view_keys ?? [])];
  const { search } = usePlace();
  const state = readQuery(search, keys);
  const filters = readQuery(search, spec.keys);
  const key = spec.path + writeQuery(state, asked_keys);
  const loaded = useLoad(key, (signal) =>
    spec.ask(filters, { cursor: state["cursor"], limit: page_size, signal }),
  );
  const news = useNews(spec, filters, loaded.data);
  const link = (change: Record<string, string | undefined>): string =>
    spec.path + writeQuery(changed(state, change), keys);
  return {
    ...loaded,
    state,
    filters,
    news,
    page: Math.max(1, Number.parseInt(state["page"] ?? "1", 10) || 1),
    link,
    set: (change, replace) => go(link(change), replace),
  };
}
