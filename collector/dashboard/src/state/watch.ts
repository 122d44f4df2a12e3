// Asks again every half minute while the page is visible, and at once when it becomes visible after longer than that.

import { useEffect, useRef } from "preact/hooks";

export const watch_ms = 30_000;

export function useWatch(active: boolean, ask: () => void): void {
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    if (!active) return;
    let last = Date.now();
    const look = (): void => {
      if (document.visibilityState !== "visible" || Date.now() - last < watch_ms - 500) return;
      last = Date.now();
      latest.current();
    };
    const timer = window.setInterval(look, watch_ms);
    document.addEventListener("visibilitychange", look);
    return () => {
      window.clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [active]);
}
