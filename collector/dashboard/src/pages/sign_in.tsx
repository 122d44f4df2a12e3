// Sign-in with an operator's token. The field's content goes into one request and nowhere else.

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { asProblem, type Problem } from "../api/problem";
import { signIn } from "../api/session";
import { ProblemNote } from "../parts/problem_note";
import { setSession } from "../state/session_state";

export function SignIn({ ended }: { ended: boolean }): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    document.title = "Sign in · Assay";
    field.current?.focus();
  }, []);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const token = field.current?.value.trim() ?? "";
    if (token === "" || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      const session = await signIn(token);
      setSession({ state: "in", session });
      // The field that had the focus is gone: it goes to the heading of the page that took its place.
      requestAnimationFrame(() => document.querySelector<HTMLElement>("main h1")?.focus());
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setBusy(false);
      field.current?.select();
    }
  };

  return (
    <main class="alone">
      <form class="sign-in" onSubmit={(event) => void submit(event)}>
        <h1>Assay</h1>
        {ended && (
          <p class="note tone-warn" role="status">
            Your session has ended. Sign in again to come back to where you were.
          </p>
        )}
        <label for="token">Operator token</label>
        <input id="token" ref={field} type="password" autocomplete="off" spellcheck={false} required aria-describedby="token-help" />
        <p id="token-help" class="faint">
          The text of your token file. Your name in it goes into every event.
        </p>
        {problem?.kind === "ended" ? (
          <p class="note tone-bad" role="alert">
            This token is not known, has expired, or was revoked. Ask who runs the collector for one of your own.
          </p>
        ) : (
          problem && <ProblemNote problem={problem} />
        )}
        <button type="submit" class="primary" disabled={busy}>
          {busy ? "Signing in…" : "Sign in"}
        </button>
      </form>
    </main>
  );
}
