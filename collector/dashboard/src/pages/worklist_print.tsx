// The worklist for a technician's hand: all of it, site by site, with boxes to tick and room to write. What is written is
// stated afterwards on the item's page; the number of the item leads there.

import type { JSX } from "preact";
import { allPages } from "../api/all_pages";
import type { Item } from "../api/schema";
import { sitesOf, type SiteGroup } from "../model/sites";
import { Origin } from "../parts/badge";
import { PageHead } from "../parts/page_head";
import { ProblemNote } from "../parts/problem_note";
import { Empty, Loading } from "../parts/states";
import { Text } from "../parts/text";
import { useLoad } from "../state/load";
import { usePlace } from "../state/location";
import { readQuery, writeQuery } from "../state/query";
import { clockTime, deadlineText } from "../text/time";
import { plural, wordOf } from "../text/words";
import { item_keys, item_list } from "./worklist";

const ticks = ["found in its place", "serial number is the same", "removed", "device was off and on again"];

function Where({ item }: { item: Item }): JSX.Element {
  const { slot, port, path } = item.location;
  const parts = [
    ["slot", slot],
    ["port", port],
    ["path", path],
    ["part", item.component],
  ] as const;
  return (
    <>
      {parts
        .filter(([, value]) => value !== "")
        .map(([name, value]) => (
          <span key={name} class="piece">
            {!value.startsWith(name) && <span class="faint">{name} </span>}
            <Text value={value} />
          </span>
        ))}
    </>
  );
}

function Slip({ item, as_of }: { item: Item; as_of: string }): JSX.Element {
  const deadline = item.demand?.deadline ?? "";
  return (
    <li class="slip">
      <div class="slip-head">
        <strong>
          {item.id} · <Text value={item.label || item.component} />
        </strong>
        <span>
          {wordOf(item.state)}
          {item.planned_for && `, planned for ${item.planned_for}`}
        </span>
      </div>
      <p>
        <span class="piece">
          <span class="faint">device</span> <Text value={item.device_name || item.device.slice(0, 12)} /> <Origin origin={item.origin} />
        </span>
        <Where item={item} />
      </p>
      <p>
        <span class="piece">
          <span class="faint">serial</span> <Text value={item.serial} empty="none" />
        </span>
        <span class="piece">
          <span class="faint">numbers</span>{" "}
          <Text value={item.identifiers.map((one) => `${one.registry} ${one.value}`).join(", ")} />
        </span>
        {item.demand && (
          <span class="piece">
            <span class="faint">demand</span> {wordOf(item.demand.action)}
            {deadline !== "" && ` ${deadline} (${deadlineText(deadline, as_of)})`}, <Text value={item.demand.authority} />
          </span>
        )}
      </p>
      <ul class="ticks">
        {ticks.map((tick) => (
          <li key={tick}>
            <span class="box" aria-hidden="true" /> {tick}
          </li>
        ))}
      </ul>
      <p class="lines" aria-hidden="true">
        <span>Date</span>
        <span>Name</span>
        <span>Note</span>
      </p>
    </li>
  );
}

function Site({ group, as_of }: { group: SiteGroup; as_of: string }): JSX.Element {
  return (
    <section class="sheet">
      <h2>
        <Text value={group.site} empty="No site" /> <span class="faint">{plural(group.items.length, "item")}</span>
      </h2>
      <ol>
        {group.items.map((item) => (
          <Slip key={item.id} item={item} as_of={as_of} />
        ))}
      </ol>
    </section>
  );
}

export function WorklistPrint(): JSX.Element {
  const { search } = usePlace();
  const filters = readQuery(search, item_keys);
  const query = writeQuery(filters, item_keys);
  const loaded = useLoad(`print${query}`, async (signal) => {
    let as_of = "";
    const items = await allPages(
      async (cursor, limit) => {
        const page = await item_list.ask(filters, { cursor, limit, signal });
        as_of ||= page.as_of;
        return page;
      },
      () => {},
    );
    return { as_of, items };
  });
  const { data, problem } = loaded;
  return (
    <>
      <PageHead title="Worklist for paper">
        <a href={`/worklist${query}`}>Back to the list</a>
        <button type="button" class="primary" disabled={data === null} onClick={() => window.print()}>
          Print
        </button>
      </PageHead>
      {problem && <ProblemNote problem={problem} retry={loaded.reload} />}
      {data === null && !problem && <Loading what="all items" lines={12} />}
      {data !== null && (
        <>
          <p class="faint">
            {plural(data.items.length, "item")}, as of {data.as_of.slice(0, 10)} {clockTime(data.as_of)} UTC
            {Object.entries(filters).map(([name, value]) => (
              <span key={name}>
                {" · "}
                {wordOf(name)}: <Text value={value} empty="not set" />
              </span>
            ))}
          </p>
          {data.items.length === 0 && (
            <Empty title="There is nothing to print">
              <p>No item fits these filters.</p>
            </Empty>
          )}
          {sitesOf(data.items).map((group) => (
            <Site key={group.site} group={group} as_of={data.as_of} />
          ))}
        </>
      )}
    </>
  );
}
