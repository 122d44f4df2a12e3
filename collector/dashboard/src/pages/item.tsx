// One item of the worklist: what to do with which part, what a person can state, and how its absence stands.

import type { JSX } from "preact";
import { get } from "../api/client";
import type { ItemDetail } from "../api/schema";
import { AsOf } from "../parts/as_of";
import { Badge, Origin } from "../parts/badge";
import { Facts, When } from "../parts/facts";
import { ItemActions } from "../parts/item_actions";
import { Absence, Demands, ItemEvents } from "../parts/item_story";
import { PageHead } from "../parts/page_head";
import { ProblemNote } from "../parts/problem_note";
import { Section } from "../parts/section";
import { Loading } from "../parts/states";
import { Text } from "../parts/text";
import { useLoad } from "../state/load";
import { useWatch } from "../state/watch";
import { printable } from "../text/clean";

function Part({ item }: { item: ItemDetail }): JSX.Element {
  const { location } = item;
  return (
    <Facts
      of={[
        [
          "Device",
          <>
            <a href={`/devices/${item.device}`}>
              <Text value={item.device_name || item.device.slice(0, 12)} />
            </a>{" "}
            <Origin origin={item.origin} />
          </>,
        ],
        ["Site", <Text value={item.site} />],
        ["Part", <Text value={item.component} />],
        ["Slot", <Text value={location.slot} />],
        ["Port", <Text value={location.port} />],
        ["Path", <Text value={location.path} />],
        ["Serial", <Text value={item.serial} />],
        ["Numbers", <Text value={item.identifiers.map((one) => `${one.registry} ${one.value}`).join(", ")} />],
        ["Planned for", item.planned_for ?? "–"],
        ["Excepted until", item.until ?? "–"],
        ["Opened", <When at={item.opened_at} />],
        ["Changed", <When at={item.changed_at} />],
      ]}
    />
  );
}

export function ItemPage({ id }: { id: string }): JSX.Element {
  const number = Number(id);
  const loaded = useLoad(id, (signal) => get("/v1/worklist/{id}", { path: { id: number }, signal }));
  useWatch(true, loaded.reload);
  const { data: item, problem } = loaded;
  const whole = { ...loaded, problem: null };
  return (
    <>
      <PageHead
        title={item ? printable(`${id} ${item.label || item.component}`) : `Item ${id}`}
        heading={
          item && (
            <>
              <span class="faint">{id}</span> <Text value={item.label || item.component} /> <Badge word={item.state} />
              {item.grade && <Badge word={item.grade} tone="plain" says={`grade: ${item.grade}`} />}
            </>
          )
        }
      >
        <AsOf as_of={item?.as_of} busy={loaded.busy} reload={loaded.reload} />
      </PageHead>
      {problem && <ProblemNote problem={problem} retry={loaded.reload} stale={item !== null} />}
      {problem?.kind === "missing" && (
        <p>
          <a href="/worklist">The worklist</a>
        </p>
      )}
      {item === null && !problem && <Loading what="the item" lines={10} />}
      {item && (
        <>
          <p class="lead">
            <Text value={item.meaning} />
            {item.two_persons && " Closing takes two different persons."}
            {item.first_closer !== "" && (
              <>
                {" "}
                <Text value={item.first_closer} /> has closed it once: another person has to as well.
              </>
            )}
          </p>
          <Part item={item} />
          <Section title="What to do" loaded={whole}>
            {(data) => <ItemActions item={data} onDone={loaded.put} reload={loaded.reload} />}
          </Section>
          <div class="columns wide">
            <div>
              <Section title="Why" loaded={whole}>
                {(data) => <Demands demands={data.demands} as_of={data.as_of} />}
              </Section>
              <Section title="History" loaded={whole}>
                {(data) => <ItemEvents item={data} />}
              </Section>
            </div>
            <Section title="Absence, rule by rule" loaded={whole}>
              {(data) => <Absence item={data} />}
            </Section>
          </div>
        </>
      )}
    </>
  );
}
