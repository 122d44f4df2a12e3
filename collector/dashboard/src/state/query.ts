// A list's state in the URL: its filters, its sort, its place. Read and written by one table of keys, so that a URL says
// the same today and tomorrow: unknown keys are dropped, and the order is the table's.

export type QueryState<K extends string> = Partial<Record<K, string>>;

/** Longer than anything the API takes; a longer value in a URL is nobody's filter. */
const longest = 512;

/** Keys for which "" is a value of its own: devices of which nobody said a site or a role. */
const may_be_empty = new Set<string>(["site", "role"]);

function fits(key: string, value: string): boolean {
  return value.length <= longest && (value !== "" || may_be_empty.has(key));
}

export function readQuery<K extends string>(search: string, keys: readonly K[]): QueryState<K> {
  const given = new URLSearchParams(search);
  const out: QueryState<K> = {};
  for (const key of keys) {
    const value = given.get(key);
    if (value !== null && fits(key, value)) out[key] = value;
  }
  return out;
}

export function writeQuery<K extends string>(state: QueryState<K>, keys: readonly K[]): string {
  const out = new URLSearchParams();
  for (const key of keys) {
    const value = state[key];
    if (value !== undefined && fits(key, value)) out.set(key, value);
  }
  const text = out.toString();
  return text === "" ? "" : `?${text}`;
}

/** A change of the list: undefined takes a key away. Another filter or order is another list, so that the place in the
    old one (`cursor`, `page`) goes, unless the change names it. */
export function changed<K extends string>(
  state: QueryState<K>,
  change: Partial<Record<K, string | undefined>>,
): QueryState<K> {
  const all: Record<string, string | undefined> = { ...state, ...change };
  if (!("cursor" in change)) {
    delete all["cursor"];
    delete all["page"];
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as QueryState<K>;
}
