// The columns of each list's CSV: the same names, in the same order, with the same words as `assay LIST --csv`.

import type { Conflict, Device, Finding, FleetChange, Item, Location, UnknownIdentifier } from "../api/schema";
import type { Column } from "./csv";

const yes = (value: boolean): string => (value ? "yes" : "no");

export const device_columns: readonly Column<Device>[] = [
  { field: "id", value: (d) => d.id },
  { field: "name", value: (d) => d.name },
  { field: "site", value: (d) => d.site },
  { field: "shown_state", value: (d) => (d.trusted ? "trusted" : `${d.shown.axis}: ${d.shown.state}`) },
  { field: "origin", value: (d) => d.origin },
  { field: "shown_reason", value: (d) => d.shown.reason },
  { field: "components", value: (d) => String(d.components) },
  { field: "findings", value: (d) => String(d.findings) },
  { field: "open_items", value: (d) => String(d.open_items) },
  { field: "last_report_at", value: (d) => d.last_report_at ?? "" },
  { field: "role", value: (d) => d.role },
  { field: "trusted", value: (d) => yes(d.trusted) },
  { field: "lifecycle", value: (d) => d.lifecycle.state },
  { field: "identity", value: (d) => d.identity.state },
  { field: "boot", value: (d) => d.boot.state },
  { field: "runtime", value: (d) => d.runtime.state },
  { field: "freshness", value: (d) => d.freshness.state },
  { field: "enrolled_at", value: (d) => d.enrolled_at },
];

function findingDemand(finding: Finding): string {
  const demand = [finding.action, finding.deadline].filter((one) => one !== "").join(" ");
  return finding.excepted === "" ? demand : `${demand} (excepted)`;
}

export const finding_columns: readonly Column<Finding>[] = [
  { field: "device", value: (f) => f.device },
  { field: "device_name", value: (f) => f.device_name },
  { field: "site", value: (f) => f.site },
  { field: "component", value: (f) => f.component },
  { field: "entity", value: (f) => f.entity },
  { field: "authority", value: (f) => f.authority },
  { field: "demand", value: findingDemand },
  { field: "reason", value: (f) => f.reason },
  { field: "proof", value: (f) => f.proof },
  { field: "kind", value: (f) => f.kind },
  { field: "entry", value: (f) => f.entry },
  { field: "list", value: (f) => f.list },
  { field: "action", value: (f) => f.action },
  { field: "deadline", value: (f) => f.deadline },
  { field: "excepted", value: (f) => f.excepted },
  { field: "origin", value: (f) => f.origin },
  { field: "first_seen_at", value: (f) => f.first_seen_at },
];

export const conflict_columns: readonly Column<Conflict>[] = [
  { field: "device", value: (c) => c.device },
  { field: "device_name", value: (c) => c.device_name },
  { field: "site", value: (c) => c.site },
  { field: "component", value: (c) => c.component },
  { field: "number", value: (c) => `${c.registry} ${c.value}` },
  { field: "holder", value: (c) => c.holder },
  { field: "against", value: (c) => c.against },
  { field: "rule", value: (c) => c.rule },
  { field: "proof", value: (c) => c.proof },
  { field: "id", value: (c) => c.id },
  { field: "kind", value: (c) => c.kind },
  { field: "part", value: (c) => c.label },
  { field: "registry", value: (c) => c.registry },
  { field: "value", value: (c) => c.value },
  { field: "origin", value: (c) => c.origin },
  { field: "first_seen_at", value: (c) => c.first_seen_at },
];

export const unknown_columns: readonly Column<UnknownIdentifier>[] = [
  { field: "number", value: (u) => `${u.registry} ${u.vendor}` },
  { field: "reason", value: (u) => u.reason },
  { field: "values", value: (u) => String(u.values) },
  { field: "devices", value: (u) => String(u.devices) },
  { field: "components", value: (u) => String(u.components) },
  { field: "first_seen_at", value: (u) => u.first_seen_at },
  { field: "example_value", value: (u) => u.example.value },
  { field: "example_device_name", value: (u) => u.example.device_name },
  { field: "example_component", value: (u) => u.example.component },
  { field: "registry", value: (u) => u.registry },
  { field: "vendor", value: (u) => u.vendor },
  { field: "example_device", value: (u) => u.example.device },
  { field: "example_site", value: (u) => u.example.site },
  { field: "example_kind", value: (u) => u.example.kind },
  { field: "example_part", value: (u) => u.example.label },
];

/** The most telling part of where a component sits; `otherwise` when the device says none. */
export function placeOf(location: Location, otherwise = ""): string {
  return [location.slot, location.port, location.path, otherwise].find((one) => one !== undefined && one !== "") ?? "";
}

/** "remove_by 2026-12-31", or that nothing asks for it any more. */
export function itemDemand(item: Item): string {
  if (item.demand === null) return "(no longer found)";
  return item.demand.deadline ? `${item.demand.action} ${item.demand.deadline}` : item.demand.action;
}

export const item_columns: readonly Column<Item>[] = [
  { field: "item", value: (i) => String(i.id) },
  { field: "state", value: (i) => (i.grade ? `${i.state} (${i.grade})` : i.state) },
  { field: "demand", value: itemDemand },
  { field: "site", value: (i) => i.site },
  { field: "device", value: (i) => i.device },
  { field: "device_name", value: (i) => i.device_name },
  { field: "label", value: (i) => i.label },
  { field: "place", value: (i) => placeOf(i.location, i.component) },
  { field: "serial", value: (i) => i.serial },
  { field: "authority", value: (i) => i.demand?.authority ?? "" },
  { field: "component", value: (i) => i.component },
  { field: "entity", value: (i) => i.demand?.entity ?? "" },
  { field: "entry", value: (i) => i.demand?.entry ?? "" },
  { field: "kind", value: (i) => i.kind },
  { field: "planned_for", value: (i) => i.planned_for ?? "" },
  { field: "until", value: (i) => i.until ?? "" },
  { field: "origin", value: (i) => i.origin },
  { field: "opened_at", value: (i) => i.opened_at },
  { field: "changed_at", value: (i) => i.changed_at },
];

function stateChange(change: FleetChange): string {
  return change.from === change.to ? "" : `${change.from ?? ""} -> ${change.to ?? ""}`;
}

export const change_columns: readonly Column<FleetChange>[] = [
  { field: "changed_at", value: (c) => c.at },
  { field: "site", value: (c) => c.site },
  { field: "device", value: (c) => c.device },
  { field: "device_name", value: (c) => c.device_name },
  { field: "item", value: (c) => (c.item === undefined ? "" : String(c.item)) },
  { field: "event", value: (c) => c.event },
  { field: "state", value: stateChange },
  { field: "actor", value: (c) => c.actor },
  { field: "detail", value: (c) => c.detail },
  { field: "origin", value: (c) => c.origin },
];
