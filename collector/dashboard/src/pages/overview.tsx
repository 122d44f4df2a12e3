// The fleet on one page: how far it is trusted, what was found in it, what is to be done, and what happened last. Each
// section stands on its own answer: one that fails leaves the others.

import type { JSX } from "preact";
import { get } from "../api/client";
import type { Count, Overview as OverviewAnswer } from "../api/schema";
import { fleetBars } from "../model/fleet_bars";
import { AsOf } from "../parts/as_of";
import { Changes } from "../parts/changes";
import { FleetChart } from "../parts/fleet_chart";
import { PageHead } from "../parts/page_head";
import { ProblemNote } from "../parts/problem_note";
import { Section } from "../parts/section";
import { Empty } from "../parts/states";
import { Text } from "../parts/text";
import { useLoad, type Loaded } from "../state/load";
import { useWatch } from "../state/watch";
import { wordOf } from "../text/words";

interface CountsProps {
  counts: readonly Count[];
  link: (label: string) => string;
  words?: boolean;
  nothing: string;
}

/** The largest first. A large fleet has more sites than a page has room for: the list scrolls within its panel. */
function Counts({ counts, link, words = false, nothing }: CountsProps): JSX.Element {
  if (counts.length === 0) return <p class="faint">{nothing}</p>;
  const falling = counts.toSorted((a, b) => b.count - a.count);
  const most = falling[0]?.count ?? 0;
  return (
    <ol class="counts">
      {falling.map((one) => (
        <li key={one.label}>
          <a href={link(one.label)}>
            <span class="label">{words ? wordOf(one.label) : <Text value={one.label} empty="no site" />}</span>
            <meter min={0} max={most} value={one.count} aria-hidden="true" />
            <span class="count">{one.count.toLocaleString("en")}</span>
          </a>
        </li>
      ))}
    </ol>
  );
}

const linkTo = (list: string, key: string) => (label: string) => `/${list}?${new URLSearchParams({ [key]: label })}`;

function NoDevices(): JSX.Element {
  return (
    <Empty title="No device yet">
      <p>
        Install <code>assay-agent</code> on a device and point it at this collector: it enrols by itself and appears here.
        Devices without a TPM come in with <code>assay import inventory</code>.
      </p>
    </Empty>
  );
}

/** Four sections stand on one answer: when it fails that is said once, above them. */
function Numbers({ overview }: { overview: Loaded<OverviewAnswer> }): JSX.Element | null {
  if (overview.problem && overview.data === null) return null;
  const whole = { ...overview, problem: null };
  return (
    <div class="columns">
      <Section title="Findings by authority" loaded={whole}>
        {(data) => <Counts counts={data.findings_by_authority} link={linkTo("findings", "authority")} nothing="No finding." />}
      </Section>
      <Section title="Findings by site" loaded={whole}>
        {(data) => <Counts counts={data.findings_by_site} link={linkTo("findings", "site")} nothing="No finding." />}
      </Section>
      <Section title="Worklist by state" loaded={whole}>
        {(data) => <Counts counts={data.items_by_state} words link={linkTo("worklist", "state")} nothing="Nothing has been put on the worklist yet." />}
      </Section>
      <Section title="Worklist by site" loaded={whole}>
        {(data) => <Counts counts={data.items_by_site} link={linkTo("worklist", "site")} nothing="Nothing to do." />}
      </Section>
    </div>
  );
}

export function Overview(): JSX.Element {
  const overview = useLoad("overview", (signal) => get("/v1/overview", { signal }));
  const facets = useLoad("fleet", (signal) => get("/v1/devices/facets", { signal }));
  const changes = useLoad("changes", (signal) => get("/v1/changes", { query: { limit: 12 }, signal }));
  const reload = (): void => {
    for (const one of [overview, facets, changes]) one.reload();
  };
  useWatch(true, reload);
  const first = overview.problem ?? facets.problem ?? changes.problem;
  const nothing = overview.data === null && facets.data === null && changes.data === null;
  return (
    <>
      <PageHead title="Overview">
        <AsOf as_of={overview.data?.as_of} busy={overview.busy || facets.busy || changes.busy} reload={reload} />
      </PageHead>
      {first && nothing && <ProblemNote problem={first} retry={reload} />}
      {!(first && nothing) && (
        <>
          <Section title="Devices by trust" loaded={facets} lines={8}>
            {(data) => {
              const bars = fleetBars(data.facets.state);
              return bars.some((bar) => bar.total > 0) ? <FleetChart bars={bars} /> : <NoDevices />;
            }}
          </Section>
          {overview.problem && (
            <ProblemNote problem={overview.problem} retry={overview.reload} stale={overview.data !== null} />
          )}
          <Numbers overview={overview} />
          <Section title="Newest changes" loaded={changes} lines={8} beside={<a href="/changes">all of them</a>}>
            {(data) => <Changes changes={data.items} as_of={data.as_of} />}
          </Section>
        </>
      )}
    </>
  );
}
