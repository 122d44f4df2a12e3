// A state as a word with a sign: colour alone tells nothing.

import type { JSX } from "preact";
import { printable } from "../text/clean";
import { toneOf, wordOf, type Tone } from "../text/words";

const signs: Record<Tone, string> = { good: "✓", warn: "!", bad: "✕", faint: "·", plain: "" };

interface BadgeProps {
  word: string;
  tone?: Tone;
  /** Instead of the word, where a sentence is better. */
  says?: string;
}

export function Badge({ word, tone = toneOf(word), says }: BadgeProps): JSX.Element {
  return (
    <span class={`badge tone-${tone}`}>
      {signs[tone] !== "" && (
        <span class="sign" aria-hidden="true">
          {signs[tone]}
        </span>
      )}
      {says ?? printable(wordOf(word))}
    </span>
  );
}

const origins: Record<string, string> = {
  replayed: "Read from a captured tree; nothing was asked of a live device",
  imported: "A person's file; no TPM vouches for any of it",
};

/** Wherever a device stands: where what is known of it comes from, when it is no live agent. */
export function Origin({ origin }: { origin: string }): JSX.Element | null {
  if (origin === "live") return null;
  return (
    <span class="badge origin" title={origins[origin] ?? ""}>
      {printable(origin)}
    </span>
  );
}

export function originMeaning(origin: string): string {
  return origins[origin] ?? "";
}

/** What a list shows of a device: trusted, or its worst axis. */
export function Shown({ trusted, shown }: { trusted: boolean; shown: { axis: string; state: string } }): JSX.Element {
  if (trusted) return <Badge word="trusted" />;
  return <Badge word={shown.state} says={printable(`${wordOf(shown.axis)}: ${wordOf(shown.state)}`)} />;
}
