// The lists as they are with 10,000 devices: what the overview counts, orders, facets, searches, pages, what happened since,
// CSV of everything; how many bytes the first view takes, and how long.

import assert from "node:assert/strict";
import { accessible, downloadCsv, fitsAcross, parseCsv } from "./looks.mjs";
import { ask, askAll, lab, setting } from "./setting.mjs";
import { desktop, phone } from "./visitor.mjs";
import { walk } from "./visits.mjs";

const first_view_goal_bytes = 60_000;
const number = (text) => Number(text.replaceAll(",", ""));
const sum = (values) => values.reduce((all, one) => all + one, 0);
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** The names in the first column, in their order. */
const names = (page) => page.locator("tbody th[scope=row] a").allInnerTexts();

walk("the first view: how many bytes, and how long until the fleet is seen", async (visit) => {
  const guest = await visit();
  await guest.signIn();
  const cookies = await guest.context.cookies();
  const times = [];
  const paints = [];
  let bytes;
  for (let i = 0; i < 5; ++i) {
    const fresh = await visit(); // nothing cached
    await fresh.context.addCookies(cookies);
    await fresh.context.addInitScript(() => {
      const look = () => {
        if (document.querySelector("section[aria-label='Devices by trust'] a") === null) return void requestAnimationFrame(look);
        requestAnimationFrame(() => setTimeout(() => (window.seen_at = performance.now())));
      };
      requestAnimationFrame(look);
    });
    const network = await fresh.context.newCDPSession(fresh.page);
    await network.send("Network.enable");
    const asked = new Map();
    bytes = { page: 0, api: 0 };
    network.on("Network.requestWillBeSent", ({ requestId, request }) => asked.set(requestId, new URL(request.url).pathname));
    network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      bytes[asked.get(requestId).startsWith("/v1/") ? "api" : "page"] += encodedDataLength;
    });
    await fresh.page.goto("/");
    await fresh.page.waitForFunction(() => window.seen_at !== undefined);
    times.push(await fresh.page.evaluate(() => window.seen_at));
    paints.push(await fresh.page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0));
    await fresh.settled();
  }
  const total = bytes.page + bytes.api;
  const ms = (values) => `${Math.round(median(values))} ms (${values.map((one) => Math.round(one)).join(", ")})`;
  console.log(`first view of ${setting.fleet.toLocaleString("en")} devices: ${total.toLocaleString("en")} bytes transferred, ` +
    `${bytes.page.toLocaleString("en")} of the page and ${bytes.api.toLocaleString("en")} of the API; goal ${first_view_goal_bytes.toLocaleString("en")}`);
  console.log(`first contentful paint ${ms(paints)}; the fleet is seen after ${ms(times)}, median of 5`);
  assert.ok(total < first_view_goal_bytes, `${total} bytes`);
});

walk("the overview counts what there is, and each number leads to its list", async (visit) => {
  const guest = await visit();
  const { page } = guest;
  await guest.signIn();
  const overview = await ask("/v1/overview");
  const sites = page.getByRole("region", { name: "Findings by site" }).getByRole("listitem");
  assert.equal(await sites.count(), overview.findings_by_site.length);
  const trust = page.getByRole("region", { name: "Devices by trust" });
  const figures = await trust.locator("li a").evaluateAll((links) => links.map((a) => [a.getAttribute("href"), a.textContent]));
  assert.ok(figures.length >= 5, JSON.stringify(figures));
  for (const [href, text] of figures) {
    const state = new URL(href, setting.origin).searchParams.get("state");
    const there = (await askAll(`/v1/devices?state=${state}`)).length;
    assert.equal(number(/[\d,]+/.exec(text)[0]), there, `${state}: ${text}`);
  }
  await trust.getByRole("link", { name: /overdue/i }).first().click();
  await guest.settled();
  assert.match(guest.where(), /^\/devices\?state=overdue$/);
  const overdue = await askAll("/v1/devices?state=overdue");
  assert.ok(overdue.length > 0);
  assert.equal((await names(page)).length, Math.min(overdue.length, 100));
  await guest.shot("fleet-overdue");
});

walk("devices in each order, both ways, and it is the collector's order", async (visit) => {
  const guest = await visit();
  const { page } = guest;
  await guest.signIn("operator", "/devices");
  for (const [heading, key] of [["Device", "name"], ["Site", "site"], ["Findings", "findings"], ["To do", "open_items"], ["Last report", "last_report"], ["State", "state"]]) {
    const seen = new Set();
    for (let press = 0; press < 2; ++press) {
      const head = page.getByRole("columnheader", { name: heading, exact: true });
      await head.getByRole("link").click();
      await guest.settled();
      const sort = new URL(page.url()).searchParams.get("sort");
      assert.ok(sort === key || sort === `-${key}`, `${heading}: ${sort}`);
      assert.equal(await head.getAttribute("aria-sort"), sort === key ? "ascending" : "descending");
      const { items } = await ask(`/v1/devices?sort=${sort}&limit=100`);
      assert.deepEqual(await names(page), items.map((one) => one.name), sort);
      seen.add(sort);
    }
    assert.equal(seen.size, 2, heading);
  }
  const most = await page.goto("/devices?sort=-findings").then(() => guest.settled()).then(() => page.locator("tbody td[data-label=Findings]").allInnerTexts());
  const counts = most.map(number);
  assert.deepEqual(counts, [...counts].sort((a, b) => b - a));
  assert.ok(counts[0] > 0);
});

walk("facets narrow, add up and survive reload, Back and Forward", async (visit) => {
  const guest = await visit();
  const { page } = guest;
  await guest.signIn("operator", "/devices");
  const aside = page.getByRole("complementary", { name: "Narrow the list" });
  const role = aside.locator("section").filter({ has: page.getByRole("heading", { name: "Role" }) });
  const counted = await role.locator(".count").allTextContents();
  assert.equal(sum(counted.map(number)), (await askAll("/v1/devices")).length, "the roles add up to the fleet");
  const firewall = role.getByRole("link", { name: /firewall/ });
  const count = number(/[\d,]+$/.exec(await firewall.innerText())[0]);
  await firewall.click();
  await guest.settled();
  assert.equal(guest.where(), "/devices?role=firewall");
  assert.equal(new Set(await page.locator("td[data-label=Role]").allInnerTexts()).size, 1);
  assert.equal((await askAll("/v1/devices?role=firewall")).length, count);
  const site = aside.locator("section").filter({ has: page.getByRole("heading", { name: "Site" }) }).getByRole("link").first();
  const where = /^(.*?)\s*[\d,]+$/s.exec(await site.innerText())[1].trim();
  await site.click();
  await guest.settled();
  const both = guest.where();
  assert.equal(new URL(both, setting.origin).searchParams.get("site"), where);
  const shown = await names(page);
  assert.ok(shown.length > 0);
  await page.reload();
  await guest.settled();
  assert.equal(guest.where(), both);
  assert.deepEqual(await names(page), shown, "after a reload");
  await page.goBack();
  await guest.settled();
  assert.equal(guest.where(), "/devices?role=firewall");
  assert.equal(await aside.getByRole("link", { name: /firewall/ }).getAttribute("aria-current"), "true");
  await page.goForward();
  await guest.settled();
  assert.equal(guest.where(), both);
  assert.deepEqual(await names(page), shown, "after Back and Forward");
  await aside.getByRole("link", { name: /firewall/ }).click(); // again: it is taken away
  await guest.settled();
  assert.equal(new URL(page.url()).searchParams.get("role"), null);
});

walk("searches by name, by the beginning of an id, and by a vendor's number", async (visit) => {
  const guest = await visit();
  const { page } = guest;
  await guest.signIn("operator", "/devices");
  const { items } = await ask("/v1/devices?limit=200");
  const one = items[137];
  for (const text of [one.name, one.id.slice(0, 16), one.id]) {
    await page.getByRole("searchbox", { name: "Search" }).fill(text);
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.searchParams.get("match") === text);
    await guest.settled();
    assert.deepEqual(await names(page), [one.name], text);
  }
  await page.getByRole("searchbox", { name: "Search" }).fill("no-such-device");
  await page.keyboard.press("Enter");
  await page.getByText("No devices fit these filters").waitFor();
  await guest.shot("fleet-nothing-fits");
  await page.getByRole("link", { name: "Take the filters away" }).click();
  await guest.settled();
  await page.getByLabel("Vendor number").fill("pci:19e5");
  await page.keyboard.press("Enter");
  await page.waitForURL(/vendor=/);
  await guest.settled();
  const holders = await askAll("/v1/devices?vendor=pci:19e5");
  assert.ok(holders.length > setting.fleet / 200, `${holders.length} hold such a part`);
  const aside = page.getByRole("complementary", { name: "Narrow the list" });
  const role = aside.locator("section").filter({ has: page.getByRole("heading", { name: "Role" }) });
  assert.equal(sum((await role.locator(".count").allTextContents()).map(number)), holders.length, "facets follow the filters");
});

walk("page by page by cursor: none twice, none left out, and Back goes back", async (visit) => {
  const guest = await visit();
  const { page } = guest;
  await guest.signIn("operator", "/devices?sort=name");
  const all = (await ask("/v1/devices?sort=name&limit=400")).items.map((one) => one.name);
  const seen = [];
  const urls = [];
  for (let i = 0; i < 4; ++i) {
    const now = await names(page);
    assert.equal(now.length, 100);
    seen.push(...now);
    urls.push(guest.where());
    assert.match(await page.getByRole("navigation", { name: "Pages", exact: true }).innerText(), new RegExp(`rows ${i * 100 + 1}–${i * 100 + 100}`));
    if (i < 3) {
      await page.getByRole("link", { name: "Next page" }).click();
      await page.waitForURL((url) => url.searchParams.get("page") === String(i + 2));
      await guest.settled();
    }
  }
  assert.deepEqual(seen, all);
  await page.goBack();
  await guest.settled();
  assert.equal(guest.where(), urls[2]);
  assert.deepEqual(await names(page), all.slice(200, 300));
  await page.reload();
  await guest.settled();
  assert.deepEqual(await names(page), all.slice(200, 300), "a page's URL is the page");
  await page.getByRole("link", { name: "First page" }).click();
  await guest.settled();
  assert.deepEqual(await names(page), all.slice(0, 100));
});

walk("as of: when it was read, and what changed since, without moving a row", async (visit) => {
  const guest = await visit();
  const { page } = guest;
  await page.clock.install();
  await guest.signIn("operator", "/devices?sort=name");
  const as_of = await page.locator(".as-of time").getAttribute("datetime");
  const { as_of: now, items } = await ask("/v1/devices?sort=name&limit=100");
  assert.ok(Math.abs(new Date(now) - new Date(as_of)) < 60_000, `${as_of} and ${now}`);
  const before = await names(page);
  const moved = items[50];
  await ask(`/v1/devices/${moved.id}`, { method: "PATCH", body: { role: "spare" } });
  await page.clock.fastForward(31_000);
  await page.getByText("1 row changed since").waitFor();
  assert.deepEqual(await names(page), before);
  await guest.shot("fleet-news");
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.getByText("1 row changed since").waitFor({ state: "detached" });
  await guest.settled();
  const row = page.getByRole("row").filter({ has: page.locator(`a[href="/devices/${moved.id}"]`) });
  assert.equal(await row.locator("td[data-label=Role]").innerText(), "spare");
});

walk("CSV of the whole fleet is what `assay devices --csv` says", async (visit) => {
  const guest = await visit();
  const { page } = guest;
  await guest.signIn("operator", "/devices");
  const start = Date.now();
  const text = await downloadCsv(page);
  console.log(`CSV of ${setting.fleet.toLocaleString("en")} devices in ${((Date.now() - start) / 1000).toFixed(1)} s, ${text.length.toLocaleString("en")} bytes`);
  const rows = parseCsv(text);
  assert.equal(rows.length, setting.fleet + 1);
  const { out } = await lab("assay", "devices", "--csv", "--limit", "1000000");
  const lines = (csv) => parseCsv(csv).map((row) => JSON.stringify(row)).sort();
  assert.deepEqual(lines(text), lines(out));
  await guest.goto("/devices?role=firewall&sort=-findings");
  const few = parseCsv(await downloadCsv(page));
  const { items } = await ask("/v1/devices?role=firewall&sort=-findings&limit=1000");
  assert.deepEqual(few.slice(1, 51).map((row) => row[0]), items.slice(0, 50).map((one) => one.id), "filtered and ordered as it is shown");
});

walk("findings and worklist of the fleet: by site, by authority, for paper", async (visit) => {
  const guest = await visit();
  const { page } = guest;
  await guest.signIn("operator", "/findings");
  const link = page.getByRole("link", { name: /^Overview$/ });
  await link.click();
  await page.getByRole("region", { name: "Findings by authority" }).getByRole("link").first().click();
  await guest.settled();
  const authority = new URL(page.url()).searchParams.get("authority");
  assert.equal(new Set((await page.locator("td[data-label=Authority]").allInnerTexts()).map((text) => text.split("\n")[0])).size, 1);
  assert.ok(authority.length > 0);
  await guest.goto("/worklist");
  const groups = await page.locator("tr.group-row th").allInnerTexts();
  assert.deepEqual(groups, [...groups].sort(), "site by site");
  const open = await askAll("/v1/worklist");
  const site = open.find((one) => one.site !== "").site;
  await guest.goto(`/worklist?${new URLSearchParams({ site })}`);
  await page.getByRole("link", { name: "For paper" }).click();
  await guest.settled();
  assert.equal(await page.locator("main li:has(.ticks)").count(), open.filter((one) => one.site === site).length);
});

walk("every page with the whole fleet: for everybody, on a phone, light and dark", async (visit) => {
  const guest = await visit();
  const { page } = guest;
  await guest.signIn();
  const { items } = await ask("/v1/devices?sort=-findings&limit=1");
  const work = await ask("/v1/worklist?limit=1");
  const pages = { overview: "/", devices: "/devices", findings: "/findings", worklist: "/worklist", enrolments: "/enrolments",
    device: `/devices/${items[0].id}`, item: `/worklist/${work.items[0].id}` };
  for (const [name, path] of Object.entries(pages)) {
    await page.setViewportSize(desktop);
    await guest.goto(path);
    await accessible(page, path);
    await fitsAcross(page, path);
    await guest.shot(`fleet-${name}-light`);
    await page.emulateMedia({ colorScheme: "dark" });
    await guest.shot(`fleet-${name}-dark`);
    await page.emulateMedia({ colorScheme: null });
    await page.setViewportSize(phone);
    await fitsAcross(page, `${path} on a phone`);
    await guest.shot(`fleet-${name}-phone`);
  }
});
