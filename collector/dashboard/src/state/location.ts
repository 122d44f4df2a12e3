// Where the reader is: path and query of the page, and going elsewhere without loading it again. The URL is the only
// place where a list's state lives; Back, Forward, bookmarks and sent links follow from that.

import { useEffect, useState } from "preact/hooks";

export interface Place {
  path: string;
  search: string;
}

const moved = new EventTarget();

function here(): Place {
  return { path: window.location.pathname, search: window.location.search };
}

/** `replace`: for a change that Back should not undo step by step, as letters of a search are. */
export function go(url: string, replace = false): void {
  const before = window.location.pathname;
  if (replace) window.history.replaceState(window.history.state, "", url);
  else window.history.pushState({ inside: true }, "", url);
  if (window.location.pathname !== before) window.scrollTo(0, 0);
  moved.dispatchEvent(new Event("move"));
}

/** True when Back stays in this application. */
export function cameFromInside(): boolean {
  return (window.history.state as { inside?: boolean } | null)?.inside === true;
}

function insideLink(event: MouseEvent): URL | null {
  if (event.defaultPrevented || event.button !== 0) return null;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  if (link === null || link.hasAttribute("download") || link.hasAttribute("target")) return null;
  // An SVG link's href is an object of its own: the attribute is the same in both worlds.
  const url = new URL(link.getAttribute("href") ?? "", window.location.href);
  const served = url.pathname.startsWith("/v1/") || url.pathname.startsWith("/assets/");
  return url.origin === window.location.origin && !served && url.hash === "" ? url : null;
}

export function followLinks(): () => void {
  const onClick = (event: MouseEvent): void => {
    const url = insideLink(event);
    if (url === null) return;
    event.preventDefault();
    go(url.pathname + url.search);
  };
  document.addEventListener("click", onClick);
  return () => document.removeEventListener("click", onClick);
}

export function usePlace(): Place {
  const [place, setPlace] = useState(here);
  useEffect(() => {
    const update = (): void => setPlace(here());
    moved.addEventListener("move", update);
    window.addEventListener("popstate", update);
    return () => {
      moved.removeEventListener("move", update);
      window.removeEventListener("popstate", update);
    };
  }, []);
  return place;
}
