// A worklist's items by site.

import type { Item } from "../api/schema";

export interface SiteGroup {
  site: string;
  items: Item[];
}

/** Neighbours of the same site, in the list's order: it comes sorted by site. */
export function sitesOf(items: readonly Item[]): SiteGroup[] {
  const groups: SiteGroup[] = [];
  for (const item of items) {
    const last = groups.at(-1);
    if (last?.site === item.site) last.items.push(item);
    else groups.push({ site: item.site, items: [item] });
  }
  return groups;
}
