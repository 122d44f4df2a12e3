// Dark or light: what the system says, until the reader says otherwise. Only that choice is kept, in the browser.

import { useState } from "preact/hooks";

export type Theme = "system" | "light" | "dark";

const kept_as = "assay-theme";

function kept(): Theme {
  try {
    const found = window.localStorage.getItem(kept_as);
    return found === "light" || found === "dark" ? found : "system";
  } catch {
    return "system"; // storage may be forbidden: the choice then lasts as long as the page
  }
}

export function applyTheme(theme: Theme = kept()): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

export function useTheme(): [Theme, (next: Theme) => void] {
  const [theme, setTheme] = useState<Theme>(kept);
  const choose = (next: Theme): void => {
    setTheme(next);
    applyTheme(next);
    try {
      window.localStorage.setItem(kept_as, next);
    } catch {
      // see kept()
    }
  };
  return [theme, choose];
}
