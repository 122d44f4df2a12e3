// The values a list can be narrowed to, each with how many rows it leaves. Links, because each is another list with a
// URL of its own.

import type { JSX } from "preact";
import { printable } from "../text/clean";
import { wordOf } from "../text/words";
import { Text } from "./text";

export interface FacetGroup {
  name: string;
  title: string;
  values: readonly { value: string; count: number }[];
  /** True: there are more values than are named. */
  more: boolean;
  /** Words of the API read better; names given by persons stay as they are. */
  words: boolean;
  /** Where several groups narrow by the same name: whether a value is this group's. */
  owns?: (value: string) => boolean;
}

interface FacetsProps {
  groups: readonly FacetGroup[];
  chosen: Partial<Record<string, string>>;
  link: (change: Record<string, string | undefined>) => string;
}

const shown_at_first = 8;

function Value({ group, value, count, chosen, link }: FacetsProps & { group: FacetGroup; value: string; count: number }): JSX.Element {
  const is_chosen = chosen[group.name] === value;
  return (
    <li>
      <a
        class="facet"
        href={link({ [group.name]: is_chosen ? undefined : value })}
        aria-current={is_chosen ? "true" : undefined}
        title={is_chosen ? "Take this filter away" : undefined}
      >
        <span class="facet-word">
          {value === "" ? <i>not set</i> : group.words ? printable(wordOf(value)) : <Text value={value} />}
        </span>
        <span class="count">{count.toLocaleString("en")}</span>
      </a>
    </li>
  );
}

function Group({ group, ...rest }: FacetsProps & { group: FacetGroup }): JSX.Element | null {
  const chosen = rest.chosen[group.name];
  // A chosen value stays visible when nothing is left of it, so that it can be taken away.
  const missing =
    chosen !== undefined && (group.owns?.(chosen) ?? true) && !group.values.some((one) => one.value === chosen);
  const values = missing ? [{ value: chosen, count: 0 }, ...group.values] : group.values;
  if (values.length === 0) return null;
  const first = values.slice(0, shown_at_first);
  const others = values.slice(shown_at_first);
  return (
    <section class="facet-group">
      <h3>{group.title}</h3>
      <ul>
        {first.map((one) => (
          <Value key={one.value} group={group} {...one} {...rest} />
        ))}
      </ul>
      {others.length > 0 && (
        <details open={others.some((one) => one.value === chosen)}>
          <summary>{others.length} more</summary>
          <ul>
            {others.map((one) => (
              <Value key={one.value} group={group} {...one} {...rest} />
            ))}
          </ul>
        </details>
      )}
      {group.more && <p class="faint">The most frequent are shown; the search finds the others.</p>}
    </section>
  );
}

/** Beside the list where there is room; on a narrow screen closed above it, for the list is what was asked for. */
export function Facets(props: FacetsProps): JSX.Element {
  const chosen = props.groups.filter((group) => props.chosen[group.name] !== undefined).length;
  return (
    <>
      <h2 class="quiet">Narrow the list</h2>
      <details class="side" open={window.matchMedia("(min-width: 1101px)").matches}>
        <summary>Narrow the list{chosen > 0 ? ` (${chosen} chosen)` : ""}</summary>
        <div class="facets">
          {props.groups.map((group) => (
            <Group key={group.title} group={group} {...props} />
          ))}
        </div>
      </details>
    </>
  );
}
