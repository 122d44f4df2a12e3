// A test of the walks: visitors who leave at its end, whatever happened, and may have done nothing forbidden. What they saw
// last is kept as a screenshot when it fails.

import { after, before, test } from "node:test";
import { launch, Visitor } from "./visitor.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

export function walk(name, steps) {
  test(name, { timeout: 180_000 }, async () => {
    const here = [];
    const visit = async (options) => {
      here.push(await Visitor.arrive(browser, options));
      return here.at(-1);
    };
    try {
      await steps(visit);
    } catch (failure) {
      for (const [i, one] of here.entries()) await one.shot(`failed-${name.replace(/\W+/g, "-").slice(0, 50)}-${i}`).catch(() => {});
      for (const one of here) failure.message += one.problems.map((problem) => `\n  noted: ${problem}`).join("");
      await Promise.allSettled(here.map((one) => one.context.close()));
      throw failure;
    }
    for (const one of here) await one.leave();
  });
}
