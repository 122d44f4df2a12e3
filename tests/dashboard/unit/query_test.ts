import assert from "node:assert/strict";
import { test } from "node:test";
import { requestPath } from "../../../collector/dashboard/src/api/client.ts";
import { changed, readQuery, writeQuery } from "../../../collector/dashboard/src/state/query.ts";

const keys = ["site", "state", "match", "cursor", "page"] as const;

test("a list's state goes into the URL and comes back as it was", () => {
  const state = { site: "north & south", match: "=1+1<b>\u202e", state: "trusted" };
  assert.deepEqual(readQuery(writeQuery(state, keys), keys), state);
});

test("the order is that of the keys, whoever wrote the state", () => {
  assert.equal(writeQuery({ state: "a", site: "b" }, keys), "?site=b&state=a");
});

test("no state is no query; unknown keys and values longer than any filter are dropped", () => {
  assert.equal(writeQuery({}, keys), "");
  assert.deepEqual(readQuery(`?other=1&match=${"x".repeat(513)}&state=none`, keys), { state: "none" });
  assert.equal(readQuery(`?match=${"x".repeat(512)}`, keys).match?.length, 512);
});

test("an empty site means that none was said; an empty state means nothing", () => {
  assert.deepEqual(readQuery("?site=&state=", keys), { site: "" });
  assert.equal(writeQuery({ site: "", state: "" }, keys), "?site=");
});

test("another filter is another list, from its first page", () => {
  const deep = { site: "north", cursor: "abc", page: "4" };
  assert.deepEqual(changed(deep, { state: "none" }), { site: "north", state: "none" });
  assert.deepEqual(changed(deep, { site: undefined }), {});
  assert.deepEqual(changed(deep, { cursor: "def", page: "5" }), { site: "north", cursor: "def", page: "5" });
});

test("values of a path cannot leave it", () => {
  assert.equal(requestPath("/v1/devices/{id}", { id: "../session?x" }), "/v1/devices/..%2Fsession%3Fx");
  assert.equal(requestPath("/v1/devices", {}, { site: "", limit: 5, role: undefined }), "/v1/devices?site=&limit=5");
});
