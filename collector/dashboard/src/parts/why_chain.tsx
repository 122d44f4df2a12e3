// Why a finding is one, step by step, each with where that stands written.

import type { JSX } from "preact";
import { explanation, whySteps } from "../model/why";
import { Text } from "./text";

export function WhyChain({ finding }: { finding: unknown }): JSX.Element {
  const steps = whySteps(finding);
  const sentences = explanation(finding);
  if (steps.length === 0 && sentences.length === 0) {
    return <p class="tone-warn">The collector gave no chain of why for this finding.</p>;
  }
  return (
    <div class="why">
      <ol class="chain">
        {steps.map((step, i) => (
          <li key={`${i}/${step.step}`}>
            <span class="chain-step">{step.step}</span>
            <span>
              <Text value={step.says} />
              {step.source !== "" && (
                <span class="under">
                  <Text value={step.source} />
                </span>
              )}
            </span>
          </li>
        ))}
      </ol>
      {sentences.length > 0 && (
        <details>
          <summary>The same in sentences</summary>
          {sentences.map((line) => (
            <p key={line}>
              <Text value={line} />
            </p>
          ))}
        </details>
      )}
    </div>
  );
}
