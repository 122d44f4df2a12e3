// Writes src/api/schema.ts from docs/openapi.json.

import { readFile, writeFile } from "node:fs/promises";
import { clientTypes } from "./client_types.mjs";

const here = new URL(".", import.meta.url);
const description = JSON.parse(await readFile(new URL("../../docs/openapi.json", here), "utf8"));
await writeFile(new URL("src/api/schema.ts", here), clientTypes(description));
