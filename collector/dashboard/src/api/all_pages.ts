// Every page of a list, one after the other by cursor, for CSV. The list stays consistent while rows come and go.

export interface Page<T> {
  as_of: string;
  items: T[];
  next?: string;
}

const page_size = 1000;

/** `tell` hears how many rows are there after each page. A cursor that repeats is the end: no loop without one. */
export async function allPages<T>(
  ask: (cursor: string | undefined, limit: number) => Promise<Page<T>>,
  tell: (rows: number) => void,
): Promise<T[]> {
  const rows: T[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await ask(cursor, page_size);
    rows.push(...page.items);
    tell(rows.length);
    cursor = page.next;
    if (cursor !== undefined && seen.has(cursor)) throw new Error("the collector gave the same page twice");
    if (cursor !== undefined) seen.add(cursor);
  } while (cursor !== undefined);
  return rows;
}
