import assert from "node:assert/strict";
import { test } from "node:test";
import { allPages } from "../../../collector/dashboard/src/api/all_pages.ts";
import { asProblem, kindOfStatus, Problem } from "../../../collector/dashboard/src/api/problem.ts";

const as_of = "2026-11-24T00:00:00Z";

test("every page is read, by the cursor of the one before, and each is told", async () => {
  const asked: (string | undefined)[] = [];
  const told: number[] = [];
  const rows = await allPages(
    async (cursor) => {
      asked.push(cursor);
      return cursor === undefined ? { as_of, items: [1, 2], next: "b" } : { as_of, items: [3] };
    },
    (count) => told.push(count),
  );
  assert.deepEqual(rows, [1, 2, 3]);
  assert.deepEqual(asked, [undefined, "b"]);
  assert.deepEqual(told, [2, 3]);
});

test("a page that fails fails the whole: nothing half is given", async () => {
  const ask = async (cursor: string | undefined) => {
    if (cursor !== undefined) throw new Problem("broken", "", 500);
    return { as_of, items: [1], next: "b" };
  };
  await assert.rejects(allPages(ask, () => {}), { kind: "broken" });
});

test("a cursor that comes again ends in an error, not in a loop", async () => {
  await assert.rejects(allPages(async () => ({ as_of, items: [1], next: "b" }), () => {}), /same page twice/);
});

test("each status has its kind, and everything thrown is a problem", () => {
  assert.deepEqual([401, 403, 404, 409, 400, 413, 500, 503].map(kindOfStatus), [
    "ended",
    "forbidden",
    "missing",
    "conflict",
    "refused",
    "refused",
    "broken",
    "broken",
  ]);
  assert.equal(asProblem(new TypeError("Failed to fetch")).kind, "unreachable");
  assert.equal(asProblem(new DOMException("", "TimeoutError")).kind, "slow");
  assert.equal(asProblem("what").kind, "garbled");
});
