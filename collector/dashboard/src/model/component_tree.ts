// Components as a tree, by the parent each names. Hostile input: a parent may be missing, or a ring of parents may name
// each other. Nothing is lost by that: the first part of a ring stands as a root.

export interface Node<T> {
  part: T;
  depth: number;
  /** The parent that it names and that is not in the list. */
  lost_parent: string;
}

export interface Part {
  key: string;
  parent?: string;
}

/** Depth first, siblings in the order of the list. Each part stands there once. */
export function treeOf<T extends Part>(parts: readonly T[]): Node<T>[] {
  const known = new Set(parts.map((part) => part.key));
  const children = new Map<string, T[]>();
  const roots: T[] = [];
  for (const part of parts) {
    if (part.parent === undefined || !known.has(part.parent)) roots.push(part);
    else if (children.has(part.parent)) children.get(part.parent)?.push(part);
    else children.set(part.parent, [part]);
  }
  const nodes: Node<T>[] = [];
  const placed = new Set<T>();
  const place = (root: T): void => {
    const waiting = [{ part: root, depth: 0 }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { part, depth } = next;
      if (placed.has(part)) continue;
      placed.add(part);
      const lost = part.parent !== undefined && !known.has(part.parent) ? part.parent : "";
      nodes.push({ part, depth, lost_parent: lost });
      for (const child of (children.get(part.key) ?? []).toReversed()) waiting.push({ part: child, depth: depth + 1 });
    }
  };
  roots.forEach(place);
  // What no root leads to stands in a ring, or under one.
  parts.forEach((part) => {
    if (!placed.has(part)) place(part);
  });
  return nodes;
}
