import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Axis, Device } from "../../../collector/dashboard/src/api/schema.ts";
import { csvField, csvText, escaped } from "../../../collector/dashboard/src/text/csv.ts";
import { device_columns } from "../../../collector/dashboard/src/text/csv_columns.ts";

// The cases of tests/base/text_test.cpp ("no CSV cell starts a formula, and quotes are doubled"), and the edges of them.
const cases: readonly [given: string, written: string][] = [
  ["=1+1", "'=1+1"],
  ["@x", "'@x"],
  ['a,"b"', '"a,""b"""'],
  ["plain", "plain"],
  ["", ""],
  ["+1", "'+1"],
  ["-1", "'-1"],
  ["\tx", "'\tx"],
  ["\rx", "\"'\rx\""],
  ["\nx", '"\nx"'],
  ["a=1", "a=1"],
  [" =1", " =1"],
  ['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
  ["=cmd|'/C calc'!A0", "'=cmd|'/C calc'!A0"],
];

for (const [given, written] of cases) {
  test(`a cell of ${JSON.stringify(given)}`, () => assert.equal(csvField(given), written));
}

test("what acts on a terminal is escaped as the command escapes it, and as nothing else", () => {
  assert.equal(escaped("a\u001b[2Jb\r\nc\u202ed\u0007"), "a\\u{1b}[2Jb\\u{d}\\u{a}c\\u{202e}d\\u{7}");
  assert.equal(escaped("\u{e0041}\u00ad\u200bx"), "\\u{e0041}\\u{ad}\\u{200b}x");
  assert.equal(escaped("Köln 路由器 \\ e\u0301 \ufe0f"), "Köln 路由器 \\ e\u0301 \ufe0f");
  const columns = [{ field: "name", value: (row: string) => row }];
  assert.equal(csvText(columns, ["\tx", "=\u202e1"]), "name\r\n\\u{9}x\r\n'=\\u{202e}1\r\n");
});

test("no rows: the header alone, with the line ends of RFC 4180", () => {
  const columns = [
    { field: "name", value: () => "" },
    { field: "what", value: () => "" },
  ];
  assert.equal(csvText(columns, []), "name,what\r\n");
});

function axis<S extends string>(state: S, reason: string): Omit<Axis, "state"> & { state: S } {
  return { state, reason, detail: "", meaning: "", advice: "", since: "2026-11-23T08:15:30Z" };
}

// The device of tests/collector/cli/online_test.cpp.
const device: Device = {
  id: "a".repeat(64),
  name: "core-1",
  host: { name: "core-1", maker: "", model: "", serial: "" },
  site: "north",
  role: "core",
  origin: "replayed",
  generation: 1,
  enrolled_at: "2026-11-20T10:00:00Z",
  last_report_at: "2026-11-23T08:15:30Z",
  valid_until: null,
  trusted: false,
  shown: { ...axis("none", "boot_not_appraised"), axis: "boot" },
  lifecycle: axis("active", "approved"),
  identity: axis("affirming", "ek_chain_pinned"),
  boot: axis("none", "boot_not_appraised"),
  runtime: axis("none", "runtime_not_appraised"),
  freshness: axis("fresh", "reported_in_time"),
  components: 12,
  findings: 2,
  open_items: 1,
};

test("a device's CSV is byte for byte what `assay devices --csv` writes", () => {
  const golden = join(import.meta.dirname, "../../collector/cli/golden/devices.csv");
  assert.equal(csvText(device_columns, [device]), readFileSync(golden, "utf8"));
});
