// Signing in and out. The token goes to the collector once, in a request body; what comes back is a cookie that script
// cannot read, and the name that events will carry.

import { exchange } from "./client";
import { Problem } from "./problem";

export interface Session {
  actor: string;
  expires_at: string;
}

const path = "/v1/session";

/** The session that the cookie stands for, or null when there is none. */
export async function currentSession(): Promise<Session | null> {
  try {
    return (await exchange("GET", path)) as Session;
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.kind === "ended") return null;
    throw thrown;
  }
}

export async function signIn(token: string): Promise<Session> {
  return (await exchange("POST", path, { token })) as Session;
}

export async function signOut(): Promise<void> {
  await exchange("DELETE", path);
}
