import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { explanation, whySteps } from "../../../collector/dashboard/src/model/why.ts";

const golden = join(import.meta.dirname, "../../collector/cli/golden/policy_match.json");
const finding = JSON.parse(readFileSync(golden, "utf8")).findings[0];

test("a finding of the matcher's own golden file, step by step", () => {
  assert.deepEqual(
    whySteps(finding).map((step) => [step.step, step.says]),
    [
      ["component", "pci/0000:00/1c.0, Network card"],
      ["identifier", "pci 19e5:1822"],
      ["known as", "pci 19e5"],
      ["entity", "Huawei"],
      ["list entry", "Huawei is named by Test authority, Test list"],
      ["scope", "in scope"],
      ["dates", "in force since 2025-01-01"],
      ["action", "remove by 2027-03-04"],
      ["proof", "declared"],
    ],
  );
  assert.equal(explanation(finding).length, 4);
});

test("links and an exception are steps of their own", () => {
  const more = structuredClone(finding);
  more.chain.links = [{ kind: "subsidiary", of: { id: "parent", name: "Parent" }, citation: "annual report" }];
  more.exception = { id: "lab", approver: "J. Doe", document: "D-7", until: "2027-01-01" };
  const steps = whySteps(more);
  assert.deepEqual(
    steps.filter((step) => ["link", "exception"].includes(step.step)),
    [
      { step: "link", says: "subsidiary of Parent", source: "annual report" },
      { step: "exception", says: "lab, approved by J. Doe, until 2027-01-01", source: "D-7" },
    ],
  );
});

test("whatever stands in place of a finding, there is no error and no invented step", () => {
  for (const wrong of [undefined, null, 7, "x", [], {}, { chain: null }, { chain: [1] }, { chain: { listed: 4, links: "x" } }]) {
    assert.ok(Array.isArray(whySteps(wrong)));
    assert.deepEqual(explanation(wrong), []);
  }
  assert.deepEqual(whySteps({}), []);
});
