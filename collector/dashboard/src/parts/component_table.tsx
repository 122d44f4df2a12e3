// The components of a device as a tree, each with how far it is proven and its firmware.

import type { JSX } from "preact";
import type { Component, Firmware } from "../api/schema";
import { treeOf, type Node } from "../model/component_tree";
import { placeOf } from "../text/csv_columns";
import { proof_meaning, wordOf } from "../text/words";
import { Read, Short, Text } from "./text";

/** Deeper than this is drawn at this depth: a device chooses its parents, and not the width of the page. */
const deepest = 8;

function OneFirmware({ firmware }: { firmware: Firmware }): JSX.Element {
  return (
    <li>
      <Text value={firmware.name} /> {firmware.version !== undefined && <Read value={firmware.version} />}
      {firmware.sha256 !== undefined && (
        <>
          {" "}
          <Short value={firmware.sha256} />
        </>
      )}{" "}
      <span class="faint">
        by <Text value={firmware.obtained} />
      </span>
    </li>
  );
}

/** What is not always looked for: other names, what this boot assigned, hashes in full. */
function More({ component }: { component: Component }): JSX.Element | null {
  const names = Object.entries(component.names).filter(([, value]) => value !== component.label);
  const placed = Object.entries(component.placement);
  const hashes = component.firmware
    .filter((one) => one.sha256 !== undefined)
    .map((one) => [`sha256 of ${one.name}`, one.sha256 ?? ""] as const);
  if (names.length + placed.length + hashes.length === 0) return null;
  return (
    <details class="more">
      <summary>more</summary>
      <dl>
        {[...names, ...placed, ...hashes].map(([name, value]) => (
          <div key={name}>
            <dt>
              <Text value={wordOf(name)} />
            </dt>
            <dd>
              <Read value={value} />
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Row({ node }: { node: Node<Component> }): JSX.Element {
  const { part, depth, lost_parent } = node;
  const place = placeOf(part.location);
  return (
    <tr>
      <th scope="row">
        <div class="branch" style={{ paddingLeft: `${Math.min(depth, deepest) * 16}px` }}>
          {depth > 0 && (
            <span class="elbow" aria-hidden="true">
              └
            </span>
          )}
          <div>
            <Text value={part.label || part.key} />
            <span class="under">
              {part.label !== "" && part.label !== part.key && <Text value={part.key} />}
              {depth > 0 && <span class="quiet"> (level {depth + 1})</span>}
            </span>
            {lost_parent !== "" && (
              <span class="under tone-warn">
                under <Text value={lost_parent} />, which is not in the inventory
              </span>
            )}
            <More component={part} />
          </div>
        </div>
      </th>
      <td data-label="Kind">{wordOf(part.kind)}</td>
      <td data-label="Identifiers">
        {part.identifiers.length === 0 && <span class="faint">–</span>}
        {part.identifiers.map((one) => (
          <code key={`${one.registry}/${one.value}`} class="mono line">
            <Text value={`${one.registry} ${one.value}`} />
          </code>
        ))}
      </td>
      <td data-label="Serial">
        <Read value={part.serial} />
      </td>
      <td data-label="Place">
        <Text value={place} />
      </td>
      <td data-label="Firmware">
        {part.firmware.length === 0 ? (
          <span class="faint">–</span>
        ) : (
          <ul>
            {part.firmware.map((one, i) => (
              <OneFirmware key={`${i}/${one.name}`} firmware={one} />
            ))}
          </ul>
        )}
      </td>
      <td data-label="Proof">
        <span class="proof" title={proof_meaning[part.proof]}>
          {wordOf(part.proof)}
        </span>
      </td>
    </tr>
  );
}

export function ComponentTable({ components }: { components: readonly Component[] }): JSX.Element {
  if (components.length === 0) return <p class="faint">No inventory of this device is known yet.</p>;
  const levels = [...new Set(components.map((one) => one.proof))];
  return (
    <>
      <div class="scroll">
        <table class="list cards parts">
          <caption class="quiet">Components, each under what it is attached to</caption>
          <thead>
            <tr>
              {["Component", "Kind", "Identifiers", "Serial", "Place", "Firmware", "Proof"].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {treeOf(components).map((node) => (
              <Row key={node.part.key} node={node} />
            ))}
          </tbody>
        </table>
      </div>
      <dl class="proofs faint">
        {levels.map((level) => (
          <div key={level}>
            <dt>{wordOf(level)}</dt>
            <dd>{proof_meaning[level]}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
