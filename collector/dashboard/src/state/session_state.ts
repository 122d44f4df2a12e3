// Who is signed in, for the whole page. Any answer of 401 ends the session here, wherever it came from: the sign-in
// appears at the same URL, and after it the reader is where they were.

import { useEffect, useState } from "preact/hooks";
import { Problem, asProblem } from "../api/problem";
import type { Session } from "../api/schema";
import { currentSession } from "../api/session";

export type SessionState =
  | { state: "asking" }
  | { state: "in"; session: Session }
  | { state: "out"; ended: boolean }
  | { state: "failed"; problem: Problem };

let now: SessionState = { state: "asking" };
const told = new EventTarget();

export function setSession(next: SessionState): void {
  now = next;
  told.dispatchEvent(new Event("change"));
}

export function askSession(): void {
  setSession({ state: "asking" });
  currentSession().then(
    (session) => setSession(session ? { state: "in", session } : { state: "out", ended: false }),
    (thrown: unknown) => setSession({ state: "failed", problem: asProblem(thrown) }),
  );
}

/** For every failed request: true when it was the end of the session, and there is nothing else to say. */
export function noteEnd(problem: Problem): boolean {
  if (problem.kind !== "ended") return false;
  if (now.state === "in") setSession({ state: "out", ended: true });
  return true;
}

export function useSession(): SessionState {
  const [state, setState] = useState(now);
  useEffect(() => {
    const update = (): void => setState(now);
    told.addEventListener("change", update);
    update();
    return () => told.removeEventListener("change", update);
  }, []);
  return state;
}
