// How old what is shown is, and what happened since.

import type { JSX } from "preact";
import type { News } from "../state/list";
import { clockTime } from "../text/time";
import { plural } from "../text/words";

interface AsOfProps {
  as_of: string | undefined;
  busy: boolean;
  news?: News | null;
  reload: () => void;
}

/** Only what changed is said aloud by itself: the time of a quiet look every half minute is not. */
export function AsOf({ as_of, busy, news, reload }: AsOfProps): JSX.Element {
  return (
    <span class="as-of" aria-busy={busy}>
      {as_of !== undefined && (
        <span>
          as of{" "}
          <time dateTime={as_of}>
            {as_of.slice(0, 10)} {clockTime(as_of)} UTC
          </time>
        </span>
      )}
      <span role="status">
        {news && news.count > 0 && (
          <span class="news">
            {plural(news.count, "row")}
            {news.more ? " and more" : ""} changed since
          </span>
        )}
        {news && news.problem && <span class="news">no answer since {clockTime(news.since)}</span>}
      </span>
      <button type="button" class="plain" onClick={reload}>
        Refresh
      </button>
    </span>
  );
}
