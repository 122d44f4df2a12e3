// What the overview's chart shows: four readings of the same fleet, each a bar whose parts do not overlap, so that a
// part's number is exactly the list it leads to. The values are those of the devices' `state` facet.

import type { FacetValue } from "../api/schema";
import type { Tone } from "../text/words";
import { toneOf } from "../text/words";

export interface Segment {
  value: string;
  count: number;
  tone: Tone;
}

export interface Bar {
  name: string;
  segments: Segment[];
  total: number;
}

/** A device has one value of each reading. */
export const readings: readonly { name: string; values: readonly string[] }[] = [
  { name: "Trust", values: ["trusted", "not_trusted"] },
  { name: "Appraisal", values: ["affirming", "warning", "contraindicated", "none"] },
  { name: "Freshness", values: ["fresh", "overdue", "never_reported"] },
  { name: "Lifecycle", values: ["active", "pending_review", "enrolling", "retired"] },
];

export function fleetBars(states: readonly FacetValue[]): Bar[] {
  const counts = new Map(states.map((one) => [one.value, one.count]));
  return readings.map(({ name, values }) => {
    const segments = values
      .map((value) => ({ value, count: counts.get(value) ?? 0, tone: toneOf(value) }))
      .filter((segment) => segment.count > 0);
    return { name, segments, total: segments.reduce((sum, segment) => sum + segment.count, 0) };
  });
}

/** Widths that add up to `width`: proportional, but what is there is never narrower than `least`. */
export function widthsOf(counts: readonly number[], width: number, least: number): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return counts.map(() => 0);
  const raised = counts.map((count) => (count === 0 ? 0 : Math.max(least, (count / total) * width)));
  const excess = raised.reduce((sum, one) => sum + one, 0) - width;
  const spare = raised.reduce((sum, one) => sum + Math.max(0, one - least), 0);
  if (excess <= 0 || spare <= 0) return raised;
  return raised.map((one) => one - (Math.max(0, one - least) / spare) * excess);
}
