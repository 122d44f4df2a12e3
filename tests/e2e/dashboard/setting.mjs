// What dashboard_test.py set up and told in $WALK: where the collector is, who may ask it, where screenshots go. And the
// ways to change it from here: the API as another person, and the lab (stop the collector, start it, let devices arrive).

import { mkdirSync, readFileSync } from "node:fs";
import { Agent, request } from "node:https";

export const setting = JSON.parse(process.env.WALK);
mkdirSync(setting.shots, { recursive: true });

const agent = new Agent({ ca: readFileSync(setting.ca), keepAlive: true });

/** The operator's API with a token of the person `who`: status and parsed answer. */
export function api(path, { method = "GET", body, who = "operator" } = {}) {
  const text = body === undefined ? "" : JSON.stringify(body);
  const headers = { authorization: `Bearer ${setting.tokens[who]}` };
  if (body !== undefined) Object.assign(headers, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  return new Promise((done, failed) => {
    const asked = request(new URL(path, setting.api), { method, headers, agent }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => done({ status: answer.statusCode, body: JSON.parse(Buffer.concat(parts).toString() || "null") }));
    });
    asked.on("error", failed);
    asked.end(text);
  });
}

export async function ask(path, options) {
  const { status, body } = await api(path, options);
  if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
  return body;
}

/** Every row of a list, page by page. */
export async function askAll(path) {
  const rows = [];
  for (let cursor; ; ) {
    const url = new URL(path, setting.api);
    url.searchParams.set("limit", "1000");
    if (cursor !== undefined) url.searchParams.set("cursor", cursor);
    const page = await ask(url.pathname + url.search);
    rows.push(...page.items);
    if (page.next === undefined) return rows;
    cursor = page.next;
  }
}

/** A step of the lab: "stop_collector", "start_collector", "arrive", "assay", ... Its answer, parsed. */
export async function lab(step, ...args) {
  const answer = await fetch(`${setting.control}/${step}`, { method: "POST", body: JSON.stringify(args) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${step}: ${text}`);
  return JSON.parse(text);
}
