// The one client of the operator's API. Requests go to the page's own origin; the session is a cookie that script cannot
// read, so no token ever stands here. Types come from docs/openapi.json (schema.ts).

import { asProblem, isAbort, kindOfStatus, Problem } from "./problem";
import type { Refusal, Routes } from "./schema";

const patience_ms = 30_000;

/** Tells the collector that its own page asks: another site's form or script cannot send this header. */
const guard = { "X-Assay-Request": "1", "Content-Type": "application/json" };

type Loose<Q> = { [K in keyof Q]?: Q[K] | undefined };
type Values = Record<string, string | number | boolean | undefined>;

export interface Asked<R extends { path: object; query: object }> {
  path?: R["path"];
  query?: Loose<R["query"]>;
  signal?: AbortSignal;
}

type Gets = Routes["get"];
type Posts = Routes["post"];
type Patches = Routes["patch"];
type Deletes = Routes["delete"];

/** "/v1/devices/{id}" and its values, as they stand in a request line. */
export function requestPath(template: string, path: Values = {}, query: Values = {}): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(path[name] ?? "")));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  const text = search.toString();
  return text === "" ? filled : `${filled}?${text}`;
}

function problemOf(status: number, body: unknown): Problem {
  const error = (body as Partial<Refusal> | undefined)?.error;
  return new Problem(kindOfStatus(status), error?.what ?? "", status, error?.code ?? "", error?.where ?? "");
}

async function exchange(method: string, url: string, body?: unknown, signal?: AbortSignal): Promise<unknown> {
  const limit = AbortSignal.timeout(patience_ms);
  const asked: RequestInit = {
    method,
    credentials: "same-origin",
    redirect: "error",
    cache: "no-store",
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
  };
  if (method !== "GET") asked.headers = guard;
  if (body !== undefined) asked.body = JSON.stringify(body);
  try {
    const answer = await fetch(url, asked);
    const text = await answer.text();
    let value: unknown;
    try {
      value = text === "" ? undefined : JSON.parse(text);
    } catch {
      // A proxy's page in place of an answer: its status still says what it is about, when it says failure.
      if (answer.ok) throw new Problem("garbled", "the answer is not JSON", answer.status);
    }
    if (!answer.ok) throw problemOf(answer.status, value);
    return value;
  } catch (thrown) {
    throw isAbort(thrown) ? thrown : asProblem(thrown);
  }
}

export async function get<P extends keyof Gets>(path: P, asked: Asked<Gets[P]> = {}): Promise<Gets[P]["answer"]> {
  const url = requestPath(path, asked.path as Values, asked.query as Values);
  return (await exchange("GET", url, undefined, asked.signal)) as Gets[P]["answer"];
}

export async function post<P extends keyof Posts>(
  path: P,
  body: Posts[P]["body"],
  at: Posts[P]["path"],
): Promise<Posts[P]["answer"]> {
  return (await exchange("POST", requestPath(path, at as Values), body)) as Posts[P]["answer"];
}

export async function patch<P extends keyof Patches>(
  path: P,
  body: Patches[P]["body"],
  at: Patches[P]["path"],
): Promise<Patches[P]["answer"]> {
  return (await exchange("PATCH", requestPath(path, at as Values), body)) as Patches[P]["answer"];
}

export async function remove<P extends keyof Deletes>(path: P, at?: Deletes[P]["path"]): Promise<Deletes[P]["answer"]> {
  return (await exchange("DELETE", requestPath(path, at as Values))) as Deletes[P]["answer"];
}
