// What stands around every page: where one can go, who is signed in, keys, and light or dark.

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { asProblem } from "../api/problem";
import type { Session } from "../api/schema";
import { signOut } from "../api/session";
import { focusSearch, useKeys } from "../state/keys";
import { go } from "../state/location";
import { setSession } from "../state/session_state";
import { useTheme, type Theme } from "../state/theme";
import { shortTime } from "../text/time";
import { KeysDialog } from "./keys_dialog";
import { Text } from "./text";

const places: readonly [path: string, title: string][] = [
  ["/", "Overview"],
  ["/devices", "Devices"],
  ["/findings", "Findings"],
  ["/worklist", "Worklist"],
  ["/enrolments", "Enrolments"],
];

const next_theme: Record<Theme, Theme> = { system: "dark", dark: "light", light: "system" };

function isAt(path: string, place: string): boolean {
  return place === "/" ? path === "/" : path === place || path.startsWith(`${place}/`);
}

function Navigation({ path }: { path: string }): JSX.Element {
  return (
    <nav class="places" aria-label="Pages of Assay">
      {places.map(([place, title]) => (
        <a key={place} href={place} aria-current={isAt(path, place) ? "page" : undefined}>
          {title}
        </a>
      ))}
    </nav>
  );
}

function Account({ session, onKeys }: { session: Session; onKeys: () => void }): JSX.Element {
  const [theme, setTheme] = useTheme();
  const [failed, setFailed] = useState("");
  const leave = (): void => {
    signOut().then(
      () => setSession({ state: "out", ended: false }),
      (thrown: unknown) => {
        const problem = asProblem(thrown);
        if (problem.kind === "ended") setSession({ state: "out", ended: false });
        else setFailed("Not signed out: the collector did not answer. Try again.");
      },
    );
  };
  return (
    <div class="account">
      <button type="button" class="plain" onClick={() => setTheme(next_theme[theme])} title="Light or dark">
        <span class="quiet">Colours: </span>
        {theme === "system" ? "Auto" : theme === "dark" ? "Dark" : "Light"}
      </button>
      <button type="button" class="plain" onClick={onKeys} aria-label="Keys" title="Keys (?)">
        ?
      </button>
      <span class="actor" title={`Session until ${shortTime(session.expires_at)} UTC`}>
        <Text value={session.actor} />
      </span>
      <button type="button" class="plain" onClick={leave}>
        Sign out
      </button>
      {failed !== "" && <span role="alert">{failed}</span>}
    </div>
  );
}

/** After a move to another page, focus goes to its heading: what a screen reader would have said of a new page. */
function useHeadingFocus(path: string): void {
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
    first.current = false;
  }, [path]);
}

interface ShellProps {
  session: Session;
  path: string;
  children: ComponentChildren;
}

export function Shell({ session, path, children }: ShellProps): JSX.Element {
  const [keys_shown, showKeys] = useState(false);
  useHeadingFocus(path);
  useKeys({
    "?": () => showKeys(true),
    "/": focusSearch,
    r: () => document.querySelector<HTMLButtonElement>(".as-of button")?.click(),
    "g o": () => go("/"),
    "g d": () => go("/devices"),
    "g f": () => go("/findings"),
    "g w": () => go("/worklist"),
    "g e": () => go("/enrolments"),
  });
  return (
    <>
      <a class="skip" href="#main">
        To the content
      </a>
      <header class="top">
        <a class="brand" href="/">
          Assay
        </a>
        <Navigation path={path} />
        <Account session={session} onKeys={() => showKeys(true)} />
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <footer class="faint">Times are UTC, by the collector's clock.</footer>
      {keys_shown && <KeysDialog onClose={() => showKeys(false)} />}
    </>
  );
}
