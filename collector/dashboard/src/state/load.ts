// Loads something for a page, and again when its key changes or somebody asks. What was there stays visible while the
// same thing is read again, and when reading it again fails: nothing goes blank.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { asProblem, isAbort, type Problem } from "../api/problem";
import { noteEnd } from "./session_state";

export interface Loaded<T> {
  data: T | null;
  problem: Problem | null;
  busy: boolean;
  reload: () => void;
  /** Shows `data` at once: what an action answered is newer than what was read. */
  put: (data: T) => void;
}

interface Held<T> {
  key: string;
  data: T | null;
  problem: Problem | null;
  busy: boolean;
}

export function useLoad<T>(key: string, read: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [held, setHeld] = useState<Held<T>>({ key, data: null, problem: null, busy: true });
  const [turn, setTurn] = useState(0);
  const latest = useRef(read);
  latest.current = read;

  useEffect(() => {
    const stop = new AbortController();
    setHeld((was) => ({ key, data: was.key === key ? was.data : null, problem: null, busy: true }));
    latest.current(stop.signal).then(
      (data) => {
        if (!stop.signal.aborted) setHeld({ key, data, problem: null, busy: false });
      },
      (thrown: unknown) => {
        if (stop.signal.aborted || isAbort(thrown)) return;
        const problem = asProblem(thrown);
        if (!noteEnd(problem)) setHeld((was) => ({ ...was, problem, busy: false }));
      },
    );
    return () => stop.abort();
  }, [key, turn]);

  const reload = useCallback(() => setTurn((n) => n + 1), []);
  const put = useCallback((data: T) => setHeld({ key, data, problem: null, busy: false }), [key]);
  const same = held.key === key;
  return { data: same ? held.data : null, problem: same ? held.problem : null, busy: !same || held.busy, reload, put };
}
