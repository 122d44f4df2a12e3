// Which page a URL is, and who may see it. Without a session every URL is the sign-in, at that same URL.

import type { JSX } from "preact";
import { ChangesPage } from "./pages/changes";
import { Conflicts } from "./pages/conflicts";
import { DevicePage } from "./pages/device";
import { Devices } from "./pages/devices";
import { Enrolments } from "./pages/enrolments";
import { Findings } from "./pages/findings";
import { ItemPage } from "./pages/item";
import { NotFound } from "./pages/not_found";
import { Overview } from "./pages/overview";
import { SignIn } from "./pages/sign_in";
import { UnknownIdentifiers } from "./pages/unknown";
import { Worklist } from "./pages/worklist";
import { WorklistPrint } from "./pages/worklist_print";
import { Boundary } from "./parts/boundary";
import { ProblemNote } from "./parts/problem_note";
import { Shell } from "./parts/shell";
import { Loading } from "./parts/states";
import { usePlace } from "./state/location";
import { askSession, useSession } from "./state/session_state";

const pages: readonly [pattern: RegExp, page: (id: string) => JSX.Element][] = [
  [/^\/$/, () => <Overview />],
  [/^\/devices$/, () => <Devices />],
  [/^\/devices\/([0-9a-f]{64})$/, (id) => <DevicePage key={id} id={id} />],
  [/^\/findings$/, () => <Findings />],
  [/^\/conflicts$/, () => <Conflicts />],
  [/^\/unknown$/, () => <UnknownIdentifiers />],
  [/^\/worklist$/, () => <Worklist />],
  [/^\/worklist\/print$/, () => <WorklistPrint />],
  [/^\/worklist\/([1-9][0-9]{0,14})$/, (id) => <ItemPage key={id} id={id} />],
  [/^\/changes$/, () => <ChangesPage />],
  [/^\/enrolments$/, () => <Enrolments />],
];

function pageAt(path: string): JSX.Element {
  for (const [pattern, page] of pages) {
    const found = pattern.exec(path);
    if (found) return page(found[1] ?? "");
  }
  return <NotFound />;
}

export function App(): JSX.Element {
  const session = useSession();
  const { path } = usePlace();
  if (session.state === "in") {
    return (
      <Shell session={session.session} path={path}>
        <Boundary key={path}>{pageAt(path)}</Boundary>
      </Shell>
    );
  }
  if (session.state === "out") return <SignIn ended={session.ended} />;
  return (
    <main class="alone">
      {session.state === "asking" ? (
        <Loading what="Assay" lines={3} />
      ) : (
        <ProblemNote problem={session.problem} retry={askSession} />
      )}
    </main>
  );
}
