// What can go wrong between this page and the collector, as a value with a kind: each kind is told to the reader in its
// own words (parts/problem_note.tsx), and `ended` also brings back the sign-in.

export type ProblemKind =
  | "unreachable" // no answer: network, collector down, certificate no longer accepted
  | "slow" // no answer in time
  | "ended" // the session is over: 401
  | "forbidden"
  | "missing"
  | "conflict" // somebody was faster, or the state does not allow it: 409
  | "refused" // the request is wrong: another 4xx
  | "broken" // the collector's own trouble: 5xx
  | "garbled"; // an answer that is none of the collector's

export class Problem extends Error {
  constructor(
    readonly kind: ProblemKind,
    message: string,
    readonly status = 0,
    readonly code = "",
    readonly where = "",
  ) {
    super(message);
    this.name = "Problem";
  }
}

export function kindOfStatus(status: number): ProblemKind {
  if (status === 401) return "ended";
  if (status === 403) return "forbidden";
  if (status === 404) return "missing";
  if (status === 409) return "conflict";
  return status >= 500 ? "broken" : "refused";
}

/** Everything that was thrown becomes a Problem; an aborted request stays what it is, for nobody waits for it. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof DOMException && thrown.name === "TimeoutError") return new Problem("slow", "no answer in time");
  if (thrown instanceof TypeError) return new Problem("unreachable", thrown.message);
  return new Problem("garbled", thrown instanceof Error ? thrown.message : String(thrown));
}

export function isAbort(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === "AbortError";
}
