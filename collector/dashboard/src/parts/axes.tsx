// The three axes of a device: lifecycle; the appraisal, which is identity, boot and runtime; freshness. Each with its
// state, why, since when, and what to do. "Not appraised" is never shown as good.

import type { JSX } from "preact";
import type { DeviceDetail } from "../api/schema";
import { wordOf } from "../text/words";
import { Badge } from "./badge";
import { When } from "./facts";
import { Text } from "./text";

const axes = [
  ["lifecycle", "Lifecycle"],
  ["identity", "Identity"],
  ["boot", "Boot"],
  ["runtime", "Runtime"],
  ["freshness", "Freshness"],
] as const;

const settled = new Set(["active", "affirming", "fresh"]);

export function Axes({ device }: { device: DeviceDetail }): JSX.Element {
  return (
    <ol class="axes">
      {axes.map(([name, title]) => {
        const axis = device[name];
        return (
          <li key={name}>
            <div class="axis-state">
              <h3>{title}</h3>
              <Badge word={axis.state} />
              <span class="faint">
                since <When at={axis.since} none="ever" />
              </span>
            </div>
            <div>
              <p>
                <strong>
                  <Text value={wordOf(axis.reason)} />
                </strong>
                {axis.detail !== "" && (
                  <>
                    {": "}
                    <Text value={axis.detail} />
                  </>
                )}
              </p>
              <p class="faint">
                <Text value={axis.meaning} empty="" />
              </p>
              {!settled.has(axis.state) && axis.advice !== "" && (
                <p class="advice">
                  What to do: <Text value={axis.advice} />
                </p>
              )}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
