import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { clientTypes } from "../../../collector/dashboard/client_types.mjs";

const top = join(import.meta.dirname, "../../..");
const read = (path: string): string => readFileSync(join(top, path), "utf8");

test("the client's types are those of docs/openapi.json, byte for byte", () => {
  assert.equal(read("collector/dashboard/src/api/schema.ts"), clientTypes(JSON.parse(read("docs/openapi.json"))));
});

test("a field that may be absent, null, one of some words, a list, a map: each has its type", () => {
  const text = clientTypes({
    paths: {
      "/v1/things/{id}": {
        get: {
          parameters: [
            { name: "id", in: "path", required: true, schema: { type: "integer" } },
            { name: "state", in: "query", schema: { type: "string", enum: ["a", "b"] } },
          ],
          responses: { 200: { content: { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } } } },
        },
        delete: { responses: { 204: {} } },
      },
    },
    components: {
      schemas: {
        Thing: {
          type: "object",
          required: ["id", "until"],
          properties: {
            id: { type: "integer" },
            until: { type: ["string", "null"] },
            parts: { type: "array", items: { type: "string" }, description: "may end */ a comment" },
            names: { type: "object", additionalProperties: { type: "boolean" } },
            "odd-name": { anyOf: [{ type: "string" }, { type: "null" }] },
          },
        },
      },
    },
  });
  for (const line of [
    "export interface Thing {",
    "  id: number;",
    "  until: string | null;",
    "  /** may end *\\/ a comment */",
    "  parts?: Array<string>;",
    "  names?: Record<string, boolean>;",
    '  "odd-name"?: string | null;',
    '        state?: "a" | "b";',
    "      answer: Thing;",
    "      answer: undefined;",
  ]) {
    assert.ok(text.split("\n").includes(line), `${line}\nis not in\n${text}`);
  }
});
