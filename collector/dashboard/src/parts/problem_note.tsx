// What went wrong, what it means for what is on the page, and what to do: never a blank page, never a bare code.

import type { ComponentChildren, JSX } from "preact";
import type { Problem, ProblemKind } from "../api/problem";
import { Text } from "./text";

interface Told {
  title: string;
  advice: string;
}

const told: Record<ProblemKind, Told> = {
  unreachable: {
    title: "The collector cannot be reached",
    advice: "Check this computer's network, and that the collector is running. Nothing was lost; try again.",
  },
  slow: {
    title: "The collector did not answer in time",
    advice: "It may be busy. Try again in a moment; if it stays so, its log says why.",
  },
  ended: { title: "Your session has ended", advice: "Sign in again: you come back to this page." },
  forbidden: { title: "You may not do this", advice: "Another person, or another token, has to." },
  missing: { title: "There is nothing here", advice: "It may never have been, or the link is incomplete. Go back to the list." },
  conflict: { title: "The state does not allow it", advice: "Somebody may have been faster. Read it again." },
  refused: { title: "The collector refused the request", advice: "Change what it names, and try again." },
  broken: {
    title: "The collector had trouble of its own",
    advice: "Nothing is wrong with what you asked. Try again; if it stays so, the collector's log names the reason.",
  },
  garbled: {
    title: "The answer cannot be read",
    advice: "It is none of the collector's: a proxy in between may have answered. Try again, or ask who runs the network.",
  },
};

interface NoteProps {
  problem: Problem;
  retry?: () => void;
  /** True: older data stands below this note. */
  stale?: boolean;
  children?: ComponentChildren;
}

export function ProblemNote({ problem, retry, stale = false, children }: NoteProps): JSX.Element {
  const { title, advice } = told[problem.kind];
  return (
    <div class="note tone-bad" role="alert">
      <p class="note-title">{title}</p>
      {problem.message !== "" && problem.status !== 0 && (
        <p>
          {problem.where !== "" && (
            <>
              <code class="mono">
                <Text value={problem.where} />
              </code>
              :{" "}
            </>
          )}
          <Text value={problem.message} />
        </p>
      )}
      <p>
        {advice}
        {stale && " What is shown below was read before."}
      </p>
      {children}
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}
