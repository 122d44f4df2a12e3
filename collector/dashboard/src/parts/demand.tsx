// What is asked, and by when. A day that has passed says so in words.

import type { JSX } from "preact";
import { daysUntil, deadlineText } from "../text/time";
import { wordOf } from "../text/words";

interface DemandProps {
  action: string;
  deadline: string;
  as_of: string;
  excepted?: boolean;
}

const soon_days = 30;

export function DemandText({ action, deadline, as_of, excepted = false }: DemandProps): JSX.Element {
  const days = deadline === "" ? null : daysUntil(deadline, as_of);
  const tone = excepted || days === null || days > soon_days ? "" : days < 0 ? "tone-bad" : "tone-warn";
  return (
    <span class="demand">
      <span class={action === "remove_by" && !excepted ? "strong" : ""}>{wordOf(action)}</span>
      {deadline !== "" && (
        <>
          {" "}
          <time dateTime={deadline}>{deadline}</time>
          <span class={`under ${tone}`}>{deadlineText(deadline, as_of)}</span>
        </>
      )}
      {excepted && <span class="under">excepted</span>}
    </span>
  );
}
