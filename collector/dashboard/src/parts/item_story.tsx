// Why an item is there, how its absence stands rule by rule, and what happened to it.

import type { JSX } from "preact";
import type { Condition, Demand, ItemDetail } from "../api/schema";
import { wordOf } from "../text/words";
import { Badge } from "./badge";
import { DemandText } from "./demand";
import { When } from "./facts";
import { Text } from "./text";

export function Demands({ demands, as_of }: { demands: readonly Demand[]; as_of: string }): JSX.Element {
  if (demands.length === 0) {
    return <p class="faint">The packs in force no longer find anything on it. What was stated stays, and for ever.</p>;
  }
  return (
    <ul class="events">
      {demands.map((demand) => (
        <li key={demand.finding + demand.entry}>
          <DemandText action={demand.action} deadline={demand.deadline ?? ""} as_of={as_of} />
          <span>
            <strong>
              <Text value={demand.authority} />
            </strong>
            , of{" "}
            <a href={`/findings?${new URLSearchParams({ entity: demand.entity })}`}>
              <Text value={demand.entity} />
            </a>
            <span class="under">
              entry <Text value={demand.entry} />
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}

function OneCondition({ condition }: { condition: Condition }): JSX.Element {
  return (
    <li>
      <span class="check-name">
        <Text value={wordOf(condition.rule)} />
      </span>
      <Badge word={condition.standing} />
      <div class="check-why">
        <Text value={condition.what} />
        {condition.to_do !== "" && (
          <p class="advice">
            What to do: <Text value={condition.to_do} />
          </p>
        )}
      </div>
    </li>
  );
}

export function Absence({ item }: { item: ItemDetail }): JSX.Element {
  if (item.conditions.length === 0) {
    return <p class="faint">Held against the reports once somebody has stated that the part is removed.</p>;
  }
  return (
    <>
      {item.claim && (
        <p>
          <Text value={item.claim.by} /> stated the removal <When at={item.claim.at} />.
          {item.missing_since && (
            <>
              {" "}
              Reports have not listed the part since <When at={item.missing_since} />.
            </>
          )}
        </p>
      )}
      {item.grade === "reported" && (
        <p class="faint">Grade “reported”: it does not prove that the device's system told the truth.</p>
      )}
      <ol class="checks">
        {item.conditions.map((one) => (
          <OneCondition key={one.rule} condition={one} />
        ))}
      </ol>
    </>
  );
}

export function ItemEvents({ item }: { item: ItemDetail }): JSX.Element {
  return (
    <ol class="events">
      {item.events.map((event) => (
        <li key={event.number}>
          <When at={event.at} />
          <span>
            <strong>
              <Text value={event.actor} />
            </strong>
            {": "}
            <Text value={wordOf(event.event)} />
            {event.from !== event.to && (
              <span class="faint">
                {" "}
                {wordOf(event.from)} → {wordOf(event.to)}
              </span>
            )}
            {event.note !== "" && (
              <span class="quote">
                <Text value={event.note} />
              </span>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}
