// Signing in and out. The token goes to the collector once, in a request body; what comes back is a cookie that script
// cannot read, and the name that events will carry.

import { get, post, remove } from "./client";
import { Problem } from "./problem";
import type { Session } from "./schema";

/** The session that the cookie stands for, or null when there is none. */
export async function currentSession(): Promise<Session | null> {
  try {
    return await get("/v1/session");
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.kind === "ended") return null;
    throw thrown;
  }
}

export function signIn(token: string): Promise<Session> {
  return post("/v1/session", { token }, {});
}

export async function signOut(): Promise<void> {
  await remove("/v1/session");
}
