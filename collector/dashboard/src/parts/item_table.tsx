// Worklist items; grouped by site where the list is of more than one.

import type { JSX } from "preact";
import type { Item } from "../api/schema";
import type { SiteGroup } from "../model/sites";
import { placeOf } from "../text/csv_columns";
import { Badge, Origin } from "./badge";
import { DemandText } from "./demand";
import { Text } from "./text";

export function ItemState({ item }: { item: Pick<Item, "state" | "grade"> }): JSX.Element {
  return (
    <>
      <Badge word={item.state} />
      {item.grade && <span class="under">grade: {item.grade}</span>}
    </>
  );
}

function Row({ item, as_of, with_device }: { item: Item; as_of: string; with_device: boolean }): JSX.Element {
  return (
    <tr>
      <th scope="row" class="name">
        <a href={`/worklist/${item.id}`}>
          {item.id} <Text value={item.label || item.component} />
        </a>
        <span class="under">
          <Text value={item.serial} empty="no serial number" />
        </span>
      </th>
      <td data-label="State">
        <ItemState item={item} />
      </td>
      <td data-label="Demand">
        {item.demand ? (
          <DemandText action={item.demand.action} deadline={item.demand.deadline ?? ""} as_of={as_of} />
        ) : (
          <span class="faint">no longer found</span>
        )}
      </td>
      {with_device && (
        <td data-label="Device">
          <a href={`/devices/${item.device}`}>
            <Text value={item.device_name || item.device.slice(0, 12)} />
          </a>{" "}
          <Origin origin={item.origin} />
        </td>
      )}
      <td data-label="Place">
        <Text value={placeOf(item.location, item.component)} />
      </td>
      <td data-label="Authority">
        <Text value={item.demand?.authority} />
      </td>
      <td data-label="Planned">
        {item.planned_for ? <time dateTime={item.planned_for}>{item.planned_for}</time> : <span class="faint">–</span>}
        {item.until && <span class="under">until {item.until}</span>}
      </td>
    </tr>
  );
}

interface TableProps {
  groups: readonly SiteGroup[];
  as_of: string;
  with_device?: boolean;
  with_sites?: boolean;
}

export function ItemTable({ groups, as_of, with_device = true, with_sites = true }: TableProps): JSX.Element {
  const titles = ["Item", "State", "Demand", ...(with_device ? ["Device"] : []), "Place", "Authority", "Planned"];
  return (
    <table class="list cards">
      <caption class="quiet">Items of the worklist</caption>
      <thead>
        <tr>
          {titles.map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      {groups.map((group) => (
        <tbody key={group.site}>
          {with_sites && (
            <tr class="group-row">
              <th scope="rowgroup" colSpan={titles.length}>
                <Text value={group.site} empty="No site" />
              </th>
            </tr>
          )}
          {group.items.map((item) => (
            <Row key={item.id} item={item} as_of={as_of} with_device={with_device} />
          ))}
        </tbody>
      ))}
    </table>
  );
}
