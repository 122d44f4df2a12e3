import type { JSX } from "preact";
import { PageHead } from "../parts/page_head";
import { Empty } from "../parts/states";

export function NotFound(): JSX.Element {
  return (
    <>
      <PageHead title="Not found" />
      <Empty title="There is no such page">
        <p>
          The address may be incomplete. Go to the <a href="/">Overview</a>, or search the <a href="/devices">Devices</a>.
        </p>
      </Empty>
    </>
  );
}
