import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Item } from "../../../collector/dashboard/src/api/schema.ts";
import { actions, lacking, transitionOf, type Action } from "../../../collector/dashboard/src/model/actions.ts";
import { sitesOf } from "../../../collector/dashboard/src/model/sites.ts";

// The table of docs/API.md: | `plan` | from | to | `date` |
const api = readFileSync(join(import.meta.dirname, "../../../docs/API.md"), "utf8");
const table = /\| action \| from \| to \| needs \|\n\|[-|]+\n((?:\|.*\n)+)/.exec(api)?.[1] ?? "";
const rows = table
  .trim()
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()));

test("each action asks for what docs/API.md says that it needs", () => {
  const documented = Object.fromEntries(
    rows.map(([, action, , , needs = ""]) => [
      (action ?? "").replaceAll("`", ""),
      { note: needs.includes("`note`"), date: needs.includes("`date`") },
    ]),
  );
  const ours = Object.fromEntries(
    Object.entries(actions).map(([action, text]) => [action, { note: text.note === "needed", date: text.date !== undefined }]),
  );
  assert.equal(rows.length, 10);
  assert.deepEqual(ours, documented);
});

test("what lacks is named by its field, and nothing lacks when all is there", () => {
  assert.match(lacking("removed", "  ", ""), /^Note:/);
  assert.match(lacking("plan", "", ""), /^Planned for:/);
  assert.match(lacking("except", "allowed", "soon"), /^Last day:/);
  assert.equal(lacking("except", "allowed", "2027-01-01"), "");
  assert.equal(lacking("confirm", "", ""), "");
});

test("a note is counted in bytes, as the collector counts it", () => {
  assert.equal(lacking("note", "é".repeat(1000), ""), "");
  assert.match(lacking("note", "é".repeat(1001), ""), /2002 bytes/);
});

test("a request carries the version, and only what its action takes", () => {
  assert.deepEqual(transitionOf("confirm", 3, "  ", "2027-01-01"), { action: "confirm", version: 3 });
  assert.deepEqual(transitionOf("plan", 3, " by crew 2 ", "2027-01-01"), {
    action: "plan",
    version: 3,
    note: "by crew 2",
    date: "2027-01-01",
  });
});

test("every action has its words", () => {
  for (const action of Object.keys(actions) as Action[]) assert.notEqual(actions[action].says, "");
});

test("neighbours of one site are one group, in the list's order", () => {
  const items = ["", "", "north", "south"].map((site, id) => ({ site, id })) as Item[];
  assert.deepEqual(
    sitesOf(items).map((group) => [group.site, group.items.map((item) => item.id)]),
    [
      ["", [0, 1]],
      ["north", [2]],
      ["south", [3]],
    ],
  );
});
