// Every page and every state of it, as a person meets them: an empty fleet, real agents and hostile devices, wrong turns
// and a collector that goes away. One browser; each test a visitor of its own.

import assert from "node:assert/strict";
import { accessible, downloadCsv, fitsAcross, onlyText, parseCsv } from "./looks.mjs";
import { ask, askAll, api, lab, setting } from "./setting.mjs";
import { desktop, phone } from "./visitor.mjs";
import { walk } from "./visits.mjs";

const lists = ["/", "/devices", "/findings", "/conflicts", "/unknown", "/worklist", "/enrolments"];

/** A day, so many from today: work is planned for days that are to come. */
const dayIn = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

let arrived; // ids of agents and of hostile devices

/** The pages that there are one of for a device and an item. */
async function everyPage() {
  const items = await askAll("/v1/worklist");
  const router = arrived.agents["aggregation-router"];
  const item = items.find((one) => one.device === router);
  return [...lists, `/devices/${router}`, `/devices/${arrived.agents["branch-cpe"]}`, `/worklist/${item.id}`, "/worklist/print", "/changes", "/nowhere"];
}

walk("the sign-in says what is wrong with a token, and keeps none where script could read it", async (visit) => {
  const guest = await visit();
  const { page } = guest;
  await page.goto("/");
  await page.getByRole("heading", { name: "Assay" }).waitFor();
  await accessible(page, "sign-in");
  await guest.shot("sign-in");
  await page.getByLabel("Operator token").fill("assay-op-wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").getByText("not known, has expired, or was revoked").waitFor();
  await accessible(page, "sign-in with a wrong token");
  await page.getByLabel("Operator token").fill(setting.tokens.operator);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  const kept = await page.evaluate(() => ({
    cookie: document.cookie,
    stored: JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)]),
    html: document.documentElement.outerHTML,
    address: location.href,
    state: JSON.stringify(history.state),
  }));
  assert.equal(kept.cookie, "");
  for (const [where, text] of Object.entries(kept)) assert.ok(!text.includes(setting.tokens.operator), where);
  assert.equal(kept.stored, "[[],[]]");
  const cookies = await guest.context.cookies();
  assert.equal(cookies.length, 1);
  const { httpOnly, secure, sameSite, value } = cookies[0];
  assert.deepEqual({ httpOnly, secure, sameSite }, { httpOnly: true, secure: true, sameSite: "Strict" });
  assert.ok(!value.includes(setting.tokens.operator));
});

walk("an empty fleet: each page says what is not there, and what to do", async (visit) => {
  const guest = await visit();
  await guest.signIn();
  const says = {
    "/": "No device yet",
    "/devices": "No device yet",
    "/findings": "Nothing was found",
    "/conflicts": "No statements contradict each other",
    "/unknown": "Every number that was read is somebody's",
    "/worklist": "Nothing is to do",
    "/enrolments": "No device has enrolled yet",
    "/worklist/print": "There is nothing to print",
  };
  for (const [path, words] of Object.entries(says)) {
    await guest.goto(path);
    await guest.page.getByText(words, { exact: true }).first().waitFor();
    await accessible(guest.page, `${path}, empty`);
    await guest.shot(`empty${path.replace(/\W+/g, "-")}`);
  }
});

walk("agents report, a device is imported, hostile devices arrive", async () => {
  arrived = await lab("arrive");
  const devices = await askAll("/v1/devices");
  assert.equal(devices.filter((one) => one.origin === "live").length > 0, true);
  assert.equal(devices.filter((one) => one.origin === "imported").length, 1);
  assert.ok(devices.filter((one) => one.origin === "replayed").length >= 2);
});

walk("every page in light, dark, on a phone and for paper", async (visit) => {
  const pages = await everyPage();
  const guest = await visit();
  await guest.signIn();
  for (const path of pages) {
    const name = path === "/" ? "overview" : path.slice(1).replace(/[0-9a-f]{60,}/, (id) => id.slice(0, 6)).replace(/\W+/g, "-");
    await guest.page.setViewportSize(desktop);
    await guest.goto(path);
    await accessible(guest.page, path);
    await onlyText(guest.page, path);
    await fitsAcross(guest.page, path);
    await guest.shot(`${name}-light`, { fullPage: true });
    await guest.page.emulateMedia({ colorScheme: "dark" });
    await guest.shot(`${name}-dark`, { fullPage: true });
    await guest.page.emulateMedia({ colorScheme: null });
    await guest.page.setViewportSize(phone);
    await fitsAcross(guest.page, `${path} on a phone`);
    await guest.shot(`${name}-phone`, { fullPage: true });
  }
});

walk("hostile devices are text on their own pages, in every list and in every CSV", async (visit) => {
  const guest = await visit();
  const { page } = guest;
  await guest.signIn();
  const items = await askAll("/v1/worklist");
  const theirs = arrived.hostile.map((one) => one.id);
  const paths = [
    ...lists,
    "/worklist/print",
    "/changes",
    ...theirs.map((id) => `/devices/${id}`),
    ...items.filter((one) => theirs.includes(one.device)).map((one) => `/worklist/${one.id}`).slice(0, 10),
    ...theirs.map((id) => `/findings?device=${id}`),
  ];
  for (const path of paths) {
    await guest.goto(path);
    const whys = path.startsWith("/findings?") ? await page.getByRole("button", { name: /^Why/ }).all() : [];
    for (const why of whys) {
      await why.click();
      await onlyText(page, `${path}, why`);
    }
    await onlyText(page, path);
    await fitsAcross(page, path);
    await page.setViewportSize(phone);
    await fitsAcross(page, `${path} on a phone`);
    await page.setViewportSize(desktop);
  }
  await guest.goto("/devices");
  const markup = (await ask(`/v1/devices/${arrived.hostile.find((one) => one.attack === "markup").id}`)).host.name;
  assert.match(markup, /[<>]/);
  await page.getByRole("link", { name: markup, exact: true }).first().waitFor();
  await guest.shot("hostile-devices", { fullPage: true });
  for (const one of arrived.hostile) {
    await guest.goto(`/devices/${one.id}`);
    await guest.shot(`hostile-${one.attack.replace(" ", "-")}`, { fullPage: true });
  }
  for (const list of ["devices", "findings", "worklist"]) {
    await guest.goto(`/${list}`);
    const text = await downloadCsv(page);
    const { out } = await lab("assay", list, "--csv", "--limit", "100000");
    const sorted = (csv) => parseCsv(csv).map((row) => JSON.stringify(row)).sort();
    assert.deepEqual(sorted(text), sorted(out), `${list}: the page's CSV is the command's`);
  }
});

walk("an item goes its way with notes; who comes second is told, and nothing happens", async (visit) => {
  const guest = await visit();
  const { page } = guest;
  await guest.signIn();
  const items = await askAll("/v1/worklist");
  const { id } = items.find((one) => one.device === arrived.agents["aggregation-router"] && one.state === "detected");
  await guest.goto("/worklist");
  await page.getByRole("link", { name: new RegExp(`^${id} `) }).click();
  await guest.settled();
  assert.equal(guest.where(), `/worklist/${id}`);
  await page.getByRole("button", { name: "Dismiss" }).click();
  await page.locator("form").getByRole("button", { name: "Dismiss" }).click();
  await page.getByRole("alert").getByText("Note: say in a few words").waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();

  await page.getByRole("button", { name: "Confirm" }).click();
  const note = "<i>seen</i> in slot 1, by the crew & me";
  await page.getByLabel("Note").fill(note);
  await page.locator("form").getByRole("button", { name: "Confirm" }).click();
  await page.getByRole("status").getByText("Done: the item is confirmed now").waitFor();
  await page.getByRole("region", { name: "History" }).getByText(note).waitFor();
  const told = await ask(`/v1/worklist/${id}`);
  assert.equal(told.state, "confirmed");
  assert.ok(told.events.some((event) => event.note === note && event.actor === "operator"), JSON.stringify(told.events));

  // Somebody else is faster.
  await page.getByRole("button", { name: "Plan", exact: true }).click();
  await page.getByLabel("Planned for").fill(dayIn(14));
  await page.getByLabel("Note").fill("Sunday night");
  const faster = await ask(`/v1/worklist/${id}/transition`, {
    method: "POST", who: "second", body: { action: "plan", version: told.version, date: dayIn(7), note: "mine" },
  });
  await guest.expecting(/status of 409/, async () => {
    await page.locator("form").getByRole("button", { name: "Plan", exact: true }).click();
    await page.getByRole("alert").getByText("Someone changed it").waitFor();
  });
  await accessible(page, "a conflict");
  await guest.shot("conflict", { fullPage: true });
  assert.equal((await ask(`/v1/worklist/${id}`)).version, faster.version, "nothing happened");
  assert.equal(await page.getByLabel("Note").inputValue(), "Sunday night", "what was typed is still there");
  await guest.settled();
  await page.locator("form").getByRole("button", { name: "Plan", exact: true }).click();
  await page.getByRole("status").getByText("Done: the item is planned now").waitFor();
  assert.equal((await ask(`/v1/worklist/${id}`)).planned_for, dayIn(14));
});

walk("a device that waits is approved with a note, and put at a site", async (visit) => {
  const guest = await visit();
  const { page } = guest;
  await guest.signIn();
  await guest.goto("/enrolments?state=waiting");
  const device = arrived.agents["branch-cpe"];
  const row = page.getByRole("row").filter({ has: page.locator(`a[href="/devices/${device}"]`) });
  await row.getByRole("button", { name: "Approve" }).click();
  const dialogue = page.getByRole("dialog", { name: "Approve this device" });
  await accessible(page, "approving");
  await guest.shot("approve");
  await dialogue.getByLabel("Note").fill("serial number checked against the order");
  await dialogue.getByRole("button", { name: "Approve" }).click();
  await dialogue.waitFor({ state: "detached" });
  await guest.settled();
  const { lifecycle } = await ask(`/v1/devices/${device}`);
  assert.equal(lifecycle.state, "active");
  await guest.goto(`/devices/${device}`);
  await page.getByRole("button", { name: /^Change/ }).click();
  await page.getByRole("textbox", { name: "Site" }).fill("Springfield");
  await page.getByRole("textbox", { name: "Role" }).fill("branch CPE");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  const placed = await ask(`/v1/devices/${device}`);
  assert.deepEqual([placed.site, placed.role], ["Springfield", "branch CPE"]);
});

walk("for paper: every open item on its own, without what only a screen needs", async (visit) => {
  const guest = await visit();
  const { page } = guest;
  await guest.signIn();
  await guest.goto("/worklist/print");
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  for (const role of ["navigation", "button"]) {
    for (const one of await page.getByRole(role).all()) assert.equal(await one.isVisible(), false, `${role} on paper`);
  }
  const open = await askAll("/v1/worklist");
  assert.equal(await page.locator("main li:has(.ticks)").count(), open.length);
  const [ink, ground] = await page.evaluate(() => [getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]);
  assert.match(ground, /255, 255, 255|rgba\(0, 0, 0, 0\)/, `paper is white, not ${ground} with ${ink}`);
  await guest.shot("paper", { fullPage: true });
  await page.pdf({ path: `${setting.shots}/paper.pdf`, format: "A4", preferCSSPageSize: true });
});

walk("the keyboard alone: skip link, tab order, keys, dialogue, search", async (visit) => {
  const guest = await visit();
  const { page } = guest;
  const focused = () =>
    page.evaluate(() => {
      const one = document.activeElement;
      const { outlineStyle } = getComputedStyle(one);
      const drawn = one.querySelector("rect"); // a part of the chart shows its focus on what is drawn
      const seen = outlineStyle !== "none" || (drawn !== null && getComputedStyle(drawn).stroke !== "none");
      return { text: one.textContent.trim(), tag: one.tagName, type: one.getAttribute("type"), seen };
    });
  await page.goto("/");
  await page.getByLabel("Operator token").waitFor();
  await page.keyboard.type(setting.tokens.operator); // the field has focus
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  await guest.settled();
  await page.reload(); // the order begins at the top
  await guest.settled();
  const order = [];
  for (let i = 0; i < 10; ++i) {
    await page.keyboard.press("Tab");
    const one = await focused();
    assert.ok(one.seen, `focus can be seen on ${one.tag} ${one.text}`);
    order.push(one.text);
  }
  assert.deepEqual(order.slice(0, 7), ["To the content", "Assay", "Overview", "Devices", "Findings", "Worklist", "Enrolments"]);
  assert.ok(order.includes("Sign out"), order.join(", "));
  // Focus goes to the heading once the page was drawn: a key before that may lose what it focused.
  const go = async (keys, heading) => {
    for (const key of keys) await page.keyboard.press(key);
    await page.getByRole("heading", { level: 1, name: heading }).waitFor();
    await page.waitForFunction((text) => document.activeElement.textContent.trim() === text, heading);
  };
  for (const [keys, path, heading] of [["gd", "/devices", "Devices"], ["gf", "/findings", "Findings"], ["gw", "/worklist", "Worklist"],
    ["ge", "/enrolments", "Enrolments"], ["go", "/", "Overview"]]) {
    await go(keys, heading);
    assert.equal(guest.where(), path);
  }
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
  await accessible(page, "keys");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await go("gd", "Devices");
  await guest.settled();
  await page.keyboard.press("/");
  assert.equal((await focused()).type, "search");
  await page.keyboard.type("cpe-in-the-shed");
  await page.keyboard.press("Enter");
  await page.waitForURL(/match=cpe-in-the-shed/);
  await guest.settled();
  assert.equal(await page.getByRole("rowheader").count(), 1);
  await page.getByRole("link", { name: "cpe-in-the-shed" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: /cpe-in-the-shed/ }).waitFor();
});

walk("a collector that goes away is said plainly; what was read stays; it comes back", async (visit) => {
  const guest = await visit();
  const { page } = guest;
  await guest.signIn();
  await guest.goto("/devices");
  const rows = await page.getByRole("rowheader").count();
  await guest.expecting(/ERR_CONNECTION|ERR_NETWORK|Failed to load resource/, async () => {
    await lab("stop_collector");
    await page.getByRole("button", { name: "Refresh" }).click();
    await page.getByRole("alert").first().getByText("The collector cannot be reached").waitFor();
    assert.equal(await page.getByRole("rowheader").count(), rows, "the rows stay");
    await accessible(page, "no collector");
    await guest.shot("unreachable");
    await page.getByRole("navigation", { name: "Pages of Assay" }).getByRole("link", { name: "Findings" }).click();
    await page.getByRole("alert").getByText("The collector cannot be reached").first().waitFor();
    await guest.shot("unreachable-findings");
    await lab("start_collector");
  });
  await page.getByRole("button", { name: "Refresh" }).click();
  await guest.settled();
  await page.getByRole("alert").first().waitFor({ state: "detached" }); // none is left
  assert.ok((await page.getByRole("rowheader").count()) > 0);
});

walk("a token that is revoked ends the session at the same URL, and the next sign-in comes back there", async (visit) => {
  const guest = await visit();
  const { page } = guest;
  await guest.signIn("leaver", "/devices?origin=imported");
  assert.equal(await page.getByRole("rowheader").count(), 1);
  await lab("revoke", "leaver");
  await guest.expecting(/status of 401/, async () => {
    await page.getByRole("button", { name: "Refresh" }).click();
    await page.getByText("Your session has ended").waitFor();
  });
  await accessible(page, "session ended");
  await guest.shot("session-ended");
  assert.equal(guest.where(), "/devices?origin=imported");
  assert.equal(await page.getByRole("rowheader").count(), 0, "nothing of the list is left on the page");
  await guest.signInHere("second");
  assert.equal(guest.where(), "/devices?origin=imported");
  assert.equal(await page.getByRole("rowheader").count(), 1);
  // The same when the browser forgets the cookie.
  await guest.context.clearCookies();
  await guest.expecting(/status of 401/, async () => {
    await page.getByRole("button", { name: "Refresh" }).click();
    await page.getByText("Your session has ended").waitFor();
  });
});

walk("trouble of the collector and answers of others: each section says so, and the rest stands", async (visit) => {
  const guest = await visit();
  const { page } = guest;
  await guest.signIn();
  const broken = { status: 500, contentType: "application/json", body: JSON.stringify({ error: { code: "internal", where: "", what: "the disk is full" } }) };
  const cases = [
    ["/", "**/v1/overview", broken, "The collector had trouble of its own", "Devices by trust"],
    ["/devices", "**/v1/devices?*", broken, "The collector had trouble of its own", "replayed"],
    ["/devices", "**/v1/devices/facets*", broken, "The collector had trouble of its own", "Last report"],
    ["/findings", "**/v1/findings*", { status: 502, contentType: "text/html", body: "<h1>Bad gateway</h1>" }, "The collector had trouble of its own", "Findings"],
    ["/worklist", "**/v1/worklist?*", { status: 200, contentType: "text/html", body: "<h1>Log in to the hotel</h1>" }, "The answer cannot be read", "Worklist"],
    ["/enrolments", "**/v1/enrolments*", { status: 403, contentType: "application/json", body: JSON.stringify({ error: { code: "denied", where: "", what: "another person" } }) }, "You may not do this", "Enrolments"],
  ];
  for (const [path, route, answer, words, stands] of cases) {
    await page.route(route, (one) => one.fulfill(answer));
    await guest.expecting(/status of (500|502|403)/, async () => {
      await page.goto(path);
      await page.getByRole("alert").getByText(words).first().waitFor();
      await page.getByText(stands).first().waitFor();
      await accessible(page, `${path}: ${words}`);
      await guest.shot(`trouble${path.replace("/", "-")}-${answer.status}`);
    });
    await page.unroute(route);
    await page.getByRole("button", { name: "Try again" }).first().click();
    await guest.settled();
    await page.getByRole("alert").first().waitFor({ state: "detached" }); // the page is whole again
  }
  for (const [path, words] of [["/devices?sort=nothing", "sort"], [`/devices/${"0".repeat(64)}`, "There is nothing here"], ["/worklist/999999", "There is nothing here"]]) {
    await guest.expecting(/status of (400|404)/, async () => {
      await page.goto(path);
      await page.getByRole("alert").getByText(words).first().waitFor();
      await accessible(page, path);
    });
  }
});

walk("sign-out ends the session for this browser and for the collector", async (visit) => {
  const guest = await visit();
  const { page } = guest;
  await guest.signIn("second", "/findings");
  const [cookie] = await guest.context.cookies();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Operator token").waitFor();
  assert.equal((await guest.context.cookies()).length, 0);
  await guest.context.addCookies([cookie]); // whoever kept it has nothing
  await page.goto("/findings");
  await page.getByLabel("Operator token").waitFor();
  assert.equal((await api("/v1/devices", { who: "second" })).status, 200, "the token itself is good still");
});
