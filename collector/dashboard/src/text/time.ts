// Times as the collector gives them, RFC 3339 in UTC, for reading. What is "ago" is counted from the collector's clock
// (`as_of`), never from the reader's: the two may differ.

/** "2026-11-24 00:30", or what it was when it is no time. */
export function shortTime(time: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(time) ? `${time.slice(0, 10)} ${time.slice(11, 16)}` : time;
}

/** "00:30:27" */
export function clockTime(time: string): string {
  return /T\d\d:\d\d:\d\d/.test(time) ? time.slice(11, 19) : time;
}

const steps: readonly [seconds: number, word: string][] = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
];

/** "now", "4 min ago", "in 2 d": whole units, rounded towards now. */
export function relativeTime(time: string, as_of: string): string {
  const seconds = (Date.parse(as_of) - Date.parse(time)) / 1000;
  if (Number.isNaN(seconds)) return "";
  const distance = Math.abs(seconds);
  if (distance < 1) return "now";
  const [unit, word] = steps.find(([size]) => distance >= size) ?? [1, "s"];
  const count = `${Math.floor(distance / unit)} ${word}`;
  return seconds >= 0 ? `${count} ago` : `in ${count}`;
}

/** Whole days from the day of `as_of` to `day` (YYYY-MM-DD); negative when it has passed; null when it is no day. */
export function daysUntil(day: string, as_of: string): number | null {
  const days = (Date.parse(day) - Date.parse(as_of.slice(0, 10))) / 86_400_000;
  return Number.isNaN(days) ? null : Math.round(days);
}

/** "overdue by 3 d", "today", "in 12 d" */
export function deadlineText(day: string, as_of: string): string {
  const days = daysUntil(day, as_of);
  if (days === null) return "";
  if (days === 0) return "today";
  return days < 0 ? `overdue by ${-days} d` : `in ${days} d`;
}
