// The keyboard's short ways. A key typed into a field is text, and a key held with Ctrl, Alt or Meta is the browser's.

import { useEffect } from "preact/hooks";

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

/** `keys` maps what is pressed to what happens; "g d" is g, then d within a second. */
export function useKeys(keys: Record<string, () => void>): void {
  useEffect(() => {
    let before = "";
    let at = 0;
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || isTyping(event.target)) return;
      if (document.querySelector("dialog[open]") !== null) return;
      const both = Date.now() - at < 1000 ? `${before} ${event.key}` : "";
      const action = keys[both] ?? keys[event.key];
      before = event.key;
      at = Date.now();
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  });
}

/** The one search field of a page, wherever it stands. */
export function focusSearch(): void {
  const field = document.querySelector<HTMLInputElement>("input[type=search]");
  field?.focus();
  field?.select();
}
