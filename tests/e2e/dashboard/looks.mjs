// What a page must be for everybody: no serious violation that axe-core finds, in light and in dark; nothing wider than
// the screen; every string a text, and none that acts.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe_source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function axe(page, rules) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe_source);
  return page.evaluate(async (only) => {
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"], ...(only && { runOnly: only }) });
    return violations.map(({ id, impact, help, nodes }) => ({
      id,
      impact,
      help,
      at: nodes.slice(0, 4).map((node) => `${node.target.join(" ")}: ${node.failureSummary}`),
    }));
  }, rules);
}

/** Every rule in light, those of colours in dark too; the page is left as the system has it. */
export async function accessible(page, where) {
  for (const [colorScheme, rules] of [["light"], ["dark", ["color-contrast", "link-in-text-block"]]]) {
    await page.emulateMedia({ colorScheme });
    const bad = (await axe(page, rules)).filter((one) => ["serious", "critical"].includes(one.impact));
    assert.deepEqual(bad, [], `${where}, ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: null });
}

export async function fitsAcross(page, where) {
  const { wide, room, culprits } = await page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    const culprits = [...document.querySelectorAll("body *")]
      .filter((one) => one.getBoundingClientRect().right > room + 1)
      .slice(0, 5)
      .map((one) => `${one.tagName}.${one.className} ${Math.round(one.getBoundingClientRect().right)} ${one.textContent.slice(0, 40)}`);
    return { wide: document.documentElement.scrollWidth, room, culprits };
  });
  assert.ok(wide <= room, `${where}: ${wide} px wide on ${room}: ${culprits.join("; ")}`);
}

/** What devices and people said stands there as text, and nothing of it did anything. */
export async function onlyText(page, where) {
  const found = await page.evaluate(() => {
    const acting = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;
    const texts = [document.title, document.body.innerText];
    for (const one of document.querySelectorAll("*")) {
      for (const { name, value } of one.attributes) if (name !== "class") texts.push(`${name}=${value}`);
    }
    return {
      ran: "hostile" in window,
      elements: [...document.querySelectorAll("main :is(img, iframe, script, style, base, object, embed, form[action], [srcdoc])")].map((e) => e.outerHTML),
      handlers: [...document.querySelectorAll("*")].filter((e) => [...e.attributes].some((a) => a.name.startsWith("on"))).map((e) => e.outerHTML),
      links: [...document.querySelectorAll("[href], [src]")]
        .map((e) => e.getAttribute("href") ?? e.getAttribute("src"))
        .filter((to) => new URL(to, location.href).origin !== location.origin),
      acting: texts.filter((text) => acting.test(text)).map((text) => JSON.stringify(text.slice(0, 200))),
    };
  });
  assert.deepEqual(found, { ran: false, elements: [], handlers: [], links: [], acting: [] }, where);
}

/** RFC 4180, strictly: rows of cells. */
export function parseCsv(text) {
  const rows = [];
  const cell = /"((?:[^"]|"")*)"|[^",\r\n]*/y;
  for (let at = 0, row = []; at < text.length; ) {
    cell.lastIndex = at;
    const [whole, quoted] = cell.exec(text);
    row.push(quoted === undefined ? whole : quoted.replaceAll('""', '"'));
    at += whole.length;
    if (text[at] === ",") {
      at += 1;
    } else {
      assert.ok(text.startsWith("\r\n", at), `not a CSV at ${at}: ${JSON.stringify(text.slice(at, at + 60))}`);
      at += 2;
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

/** Downloads the list's CSV; every cell is checked. Returns its text. */
export async function downloadCsv(page) {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "CSV", exact: true }).click();
  const text = readFileSync(await (await download).path(), "utf8");
  const rows = parseCsv(text);
  for (const row of rows) {
    assert.equal(row.length, rows[0].length, row.join("|"));
    for (const cell of row) assert.ok(!/^[=+\-@\t\r]/.test(cell), `starts a formula: ${cell}`);
  }
  return text;
}
