// One device: what is shown of it and why, what its last report was checked for, what it is made of, what was found, what
// is to be done, and what happened. Sections stand on answers of their own: one that fails leaves the others.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { allPages } from "../api/all_pages";
import { get } from "../api/client";
import type { DeviceDetail } from "../api/schema";
import { AsOf } from "../parts/as_of";
import { Axes } from "../parts/axes";
import { Badge, Origin, originMeaning, Shown } from "../parts/badge";
import { Checks, Sources } from "../parts/checks";
import { ComponentTable } from "../parts/component_table";
import { EndorsementKeys, Events, Reports } from "../parts/device_history";
import { Facts, When } from "../parts/facts";
import { FindingTable } from "../parts/finding_table";
import { ItemTable } from "../parts/item_table";
import { PageHead } from "../parts/page_head";
import { PlaceDialog } from "../parts/place_dialog";
import { ProblemNote } from "../parts/problem_note";
import { Section } from "../parts/section";
import { Loading } from "../parts/states";
import { Text } from "../parts/text";
import { useLoad, type Loaded } from "../state/load";
import { useWatch } from "../state/watch";
import { printable } from "../text/clean";
import { wordOf } from "../text/words";

const sections: readonly [id: string, title: string][] = [
  ["standing", "Standing"],
  ["checks", "Checks"],
  ["sources", "Sources"],
  ["components", "Components"],
  ["findings", "Findings"],
  ["worklist", "Worklist"],
  ["history", "History"],
];

function Head({ device, place }: { device: DeviceDetail; place: () => void }): JSX.Element {
  const { host } = device;
  return (
    <>
      {device.origin !== "live" && (
        <p class="note tone-warn">
          <span class="note-title">{device.origin === "replayed" ? "Replayed" : "Imported"}</span>
          <span>{originMeaning(device.origin)}. Every part of it is declared, and nothing here proves an absence.</span>
        </p>
      )}
      {device.failed_report && (
        <div class="note tone-bad">
          <p class="note-title">
            The last report failed: <Text value={wordOf(device.failed_report.reason)} />
          </p>
          <p>
            <When at={device.failed_report.at} /> · <Text value={device.failed_report.detail} />
          </p>
          <p>
            <Text value={device.failed_report.meaning} />
          </p>
          <p>
            What to do: <Text value={device.failed_report.advice} />
          </p>
        </div>
      )}
      <Facts
        of={[
          ["Maker", <Text value={host.maker} />],
          ["Model", <Text value={host.model} />],
          ["Serial", <Text value={host.serial} />],
          [
            "Site",
            <>
              <Text value={device.site} />{" "}
              <button type="button" class="plain small" onClick={place}>
                Change<span class="quiet"> site and role</span>
              </button>
            </>,
          ],
          ["Role", <Text value={device.role} />],
          ["Enrolled", <When at={device.enrolled_at} />],
          ["Last report", <When at={device.last_report_at} />],
          ["Valid until", <When at={device.valid_until} none="–" />],
          ["Key generation", device.generation === 0 ? "none" : String(device.generation)],
          ["Id", <code class="mono">{printable(device.id)}</code>],
        ]}
      />
    </>
  );
}

function Parts({ id, device }: { id: string; device: DeviceDetail }): JSX.Element {
  const [open, setOpen] = useState<string>();
  const toggle = (one: string): void => setOpen((was) => (was === one ? undefined : one));
  const components = useLoad(`${id}/components`, (signal) =>
    allPages(
      (cursor, limit) => get("/v1/devices/{id}/components", { path: { id }, query: { cursor, limit }, signal }),
      () => {},
    ),
  );
  const findings = useLoad(`${id}/findings`, (signal) =>
    get("/v1/devices/{id}/findings", { path: { id }, query: { limit: 100 }, signal }),
  );
  const items = useLoad(`${id}/items`, (signal) =>
    get("/v1/worklist", { query: { device: id, all: "true", limit: 100 }, signal }),
  );
  useWatch(true, () => {
    for (const one of [components, findings, items]) one.reload();
  });
  const all = (list: string): JSX.Element => (
    <p>
      <a href={`/${list}?device=${id}`}>All of them</a>
    </p>
  );
  return (
    <>
      <Section id="components" title="Components" loaded={components} lines={10}>
        {(data) => <ComponentTable components={data} />}
      </Section>
      <Section id="findings" title="Findings" loaded={findings}>
        {(page) =>
          page.items.length === 0 ? (
            <p class="faint">
              {device.components === 0
                ? "Nothing was found, for nothing is known of its parts yet."
                : "Nothing was found among the parts that are known. Sources that could not be read may hide some."}
            </p>
          ) : (
            <>
              <FindingTable findings={page.items} as_of={page.as_of} open={open} toggle={toggle} with_device={false} />
              {page.next !== undefined && all("findings")}
            </>
          )
        }
      </Section>
      {device.conflicts + device.unknown_identifiers > 0 && (
        <p>
          To be looked at: <a href={`/conflicts?device=${id}`}>identity conflicts ({device.conflicts})</a>,{" "}
          <a href={`/unknown?device=${id}`}>unknown identifiers ({device.unknown_identifiers})</a>.
        </p>
      )}
      <Section id="worklist" title="Worklist" loaded={items}>
        {(page) =>
          page.items.length === 0 ? (
            <p class="faint">Nothing of it has been put on the worklist.</p>
          ) : (
            <>
              <ItemTable groups={[{ site: "", items: page.items }]} as_of={page.as_of} with_device={false} with_sites={false} />
              {page.next !== undefined && all("worklist")}
            </>
          )
        }
      </Section>
    </>
  );
}

function Body({ loaded, device }: { loaded: Loaded<DeviceDetail>; device: DeviceDetail }): JSX.Element {
  const [placing, setPlacing] = useState(false);
  return (
    <>
      <Head device={device} place={() => setPlacing(true)} />
      {placing && <PlaceDialog device={device} onClose={() => setPlacing(false)} onDone={loaded.put} />}
      <nav class="within" aria-label="Parts of this page">
        {sections.map(([id, title]) => (
          <a key={id} href={`#${id}`}>
            {title}
          </a>
        ))}
      </nav>
      <Section id="standing" title="Standing" loaded={loaded}>
        {(data) => <Axes device={data} />}
      </Section>
      <div class="columns wide">
        <Section id="checks" title="Checks of the last report, in order" loaded={loaded}>
          {(data) => <Checks checks={data.checks} origin={data.origin} />}
        </Section>
        <Section id="sources" title="Sources of the inventory" loaded={loaded}>
          {(data) => <Sources sources={data.sources} />}
        </Section>
      </div>
      <Parts id={device.id} device={device} />
      <div class="columns wide" id="history">
        <Section title="Events" loaded={loaded} beside={<a href={`/changes?device=${device.id}`}>all of them</a>}>
          {(data) => <Events events={data.events} />}
        </Section>
        <div>
          <Section title="Reports" loaded={loaded}>
            {(data) => <Reports reports={data.reports} />}
          </Section>
          <Section title="Endorsement keys" loaded={loaded}>
            {(data) => <EndorsementKeys keys={data.endorsement_keys} />}
          </Section>
        </div>
      </div>
    </>
  );
}

export function DevicePage({ id }: { id: string }): JSX.Element {
  const loaded = useLoad(id, (signal) => get("/v1/devices/{id}", { path: { id }, signal }));
  useWatch(true, loaded.reload);
  const { data: device, problem } = loaded;
  const name = device ? device.name || device.id.slice(0, 12) : "Device";
  return (
    <>
      <PageHead
        title={printable(name)}
        heading={
          device && (
            <>
              <Text value={name} /> <Origin origin={device.origin} /> <Shown trusted={device.trusted} shown={device.shown} />
              {!device.trusted && <Badge word="not_trusted" tone="faint" />}
            </>
          )
        }
      >
        <AsOf as_of={device?.as_of} busy={loaded.busy} reload={loaded.reload} />
      </PageHead>
      {problem && <ProblemNote problem={problem} retry={loaded.reload} stale={device !== null} />}
      {problem?.kind === "missing" && (
        <p>
          <a href="/devices">All devices</a>
        </p>
      )}
      {device ? <Body loaded={{ ...loaded, problem: null }} device={device} /> : !problem && <Loading what="the device" lines={14} />}
    </>
  );
}
