import assert from "node:assert/strict";
import { test } from "node:test";
import { treeOf } from "../../../collector/dashboard/src/model/component_tree.ts";
import { fleetBars, widthsOf } from "../../../collector/dashboard/src/model/fleet_bars.ts";
import { daysUntil, deadlineText, relativeTime, shortTime } from "../../../collector/dashboard/src/text/time.ts";

function shape(parts: { key: string; parent?: string }[]): string {
  return treeOf(parts)
    .map((node) => `${"-".repeat(node.depth)}${node.part.key}${node.lost_parent && `(${node.lost_parent})`}`)
    .join(" ");
}

test("components stand under the parent that they name, in the order of the list", () => {
  const parts = [{ key: "nic", parent: "slot" }, { key: "box" }, { key: "slot", parent: "box" }, { key: "cpu", parent: "box" }];
  assert.equal(shape(parts), "box -slot --nic -cpu");
});

test("a parent that is not there is said, and its child is not lost", () => {
  assert.equal(shape([{ key: "a", parent: "gone" }]), "a(gone)");
});

test("parents in a ring, or a part that is its own parent: each stands there once", () => {
  const ring = [{ key: "a", parent: "b" }, { key: "b", parent: "a" }, { key: "c", parent: "a" }, { key: "d", parent: "d" }];
  const keys = treeOf(ring).map((node) => node.part.key);
  assert.deepEqual([...keys].sort(), ["a", "b", "c", "d"]);
});

test("three thousand parts, each under the one before, do not end the stack", () => {
  const parts = Array.from({ length: 3000 }, (_, i) => ({ key: String(i), ...(i > 0 && { parent: String(i - 1) }) }));
  assert.equal(treeOf(parts).at(-1)?.depth, 2999);
});

test("each bar is the whole fleet, and a value of another reading is in none of its parts", () => {
  const bars = fleetBars([
    { value: "trusted", count: 3 },
    { value: "not_trusted", count: 7 },
    { value: "none", count: 7 },
    { value: "affirming", count: 3 },
    { value: "overdue", count: 10 },
  ]);
  assert.deepEqual(
    bars.map((bar) => [bar.name, bar.total]),
    [
      ["Trust", 10],
      ["Appraisal", 10],
      ["Freshness", 10],
      ["Lifecycle", 0],
    ],
  );
  assert.deepEqual(bars[0]?.segments.map((one) => one.tone), ["good", "warn"]);
});

test("one device in ten thousand is still seen, and the widths add up", () => {
  const widths = widthsOf([9999, 1, 0], 1000, 10);
  assert.equal(widths[1], 10);
  assert.equal(widths[2], 0);
  assert.ok(Math.abs(widths.reduce((sum, one) => sum + one, 0) - 1000) < 1e-6);
  assert.deepEqual(widthsOf([0, 0], 1000, 10), [0, 0]);
});

test("time is told from the collector's clock, and what is no time stays as it is", () => {
  const as_of = "2026-11-24T12:00:00Z";
  assert.equal(relativeTime("2026-11-24T11:56:10Z", as_of), "3 min ago");
  assert.equal(relativeTime("2026-11-24T12:00:00Z", as_of), "now");
  assert.equal(relativeTime("2026-11-26T13:00:00Z", as_of), "in 2 d");
  assert.equal(relativeTime("yesterday", as_of), "");
  assert.equal(shortTime("2026-11-24T11:56:10Z"), "2026-11-24 11:56");
  assert.equal(shortTime("yesterday"), "yesterday");
});

test("a deadline counts whole days, and says when it has passed", () => {
  const as_of = "2026-11-24T23:59:59Z";
  assert.equal(daysUntil("2026-11-25", as_of), 1);
  assert.equal(deadlineText("2026-11-24", as_of), "today");
  assert.equal(deadlineText("2026-11-20", as_of), "overdue by 4 d");
  assert.equal(deadlineText("2026-12-31", as_of), "in 37 d");
  assert.equal(deadlineText("soon", as_of), "");
});
