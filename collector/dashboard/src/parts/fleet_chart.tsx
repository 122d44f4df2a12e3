// The fleet as four bars, each the whole of it; every part is a link to exactly the devices that it counts. The numbers
// stand beside it as links too: the drawing adds proportion, and no meaning of its own.

import type { JSX } from "preact";
import { widthsOf, type Bar, type Segment } from "../model/fleet_bars";
import { plural, wordOf } from "../text/words";

const width = 1000;
const height = 22;
const gap = 3;
const least = 10;

const linkOf = (segment: Segment): string => `/devices?state=${segment.value}`;
const saysOf = (segment: Segment): string => `${wordOf(segment.value)}: ${plural(segment.count, "device")}`;

function Drawing({ bar }: { bar: Bar }): JSX.Element {
  const widths = widthsOf(
    bar.segments.map((segment) => segment.count),
    width - gap * (bar.segments.length - 1),
    least,
  );
  let x = 0;
  return (
    <svg class="bar" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="group" aria-label={bar.name}>
      {bar.segments.map((segment, i) => {
        const at = x;
        x += (widths[i] ?? 0) + gap;
        return (
          <a key={segment.value} href={linkOf(segment)} aria-label={saysOf(segment)}>
            <title>{saysOf(segment)}</title>
            <rect class={`fill-${segment.tone}`} x={at} y="0" width={widths[i] ?? 0} height={height} />
          </a>
        );
      })}
    </svg>
  );
}

export function FleetChart({ bars }: { bars: readonly Bar[] }): JSX.Element {
  return (
    <div class="fleet">
      {bars.map((bar) => (
        <section key={bar.name} class="fleet-row">
          <h3>{bar.name}</h3>
          <Drawing bar={bar} />
          <ul class="legend">
            {bar.segments.map((segment) => (
              <li key={segment.value}>
                <a href={linkOf(segment)} class={`key tone-${segment.tone}`}>
                  <span class="count">{segment.count.toLocaleString("en")}</span> {wordOf(segment.value)}
                </a>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
