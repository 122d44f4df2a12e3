// A person with a browser: Debian's Chromium, one profile for each visitor. Whatever a page must not do (a console error,
// an uncaught error, a violation of the content security policy, a request to another origin) is noted, and `leave`
// throws when anything was noted that the test did not announce with `expecting`.

import { chromium } from "playwright-core";
import { setting } from "./setting.mjs";

const patience_ms = 15_000;

export const desktop = { width: 1280, height: 900 };
export const phone = { width: 360, height: 800 };

export function launch() {
  return chromium.launch({
    executablePath: setting.chromium,
    // The collector's certificate is of the lab's own CA: its key, and no other, is accepted.
    args: [
      `--ignore-certificate-errors-spki-list=${setting.spki}`,
      "--disable-dev-shm-usage",
      ...(process.getuid() === 0 ? ["--no-sandbox"] : []),
    ],
  });
}

/** Says in the console what a page did against its policy, also before any script of its own runs. */
function tellViolations() {
  document.addEventListener("securitypolicyviolation", (event) => {
    console.error(`CSP VIOLATION ${event.effectiveDirective} ${event.blockedURI} ${event.sample} ${event.sourceFile}:${event.lineNumber}`);
  });
}

export class Visitor {
  constructor(context, page) {
    Object.assign(this, { context, page, problems: [], announced: [] });
    // Who is not signed in is told so by the collector, and the browser's console repeats it.
    this.always = [/status of 401 .*\/v1\/session$/];
    page.setDefaultTimeout(patience_ms);
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.note(`console: ${message.text()} ${message.location().url}`);
    });
    page.on("pageerror", (error) => this.note(`page error: ${error.stack ?? error}`));
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (url.origin !== setting.origin && !["data:", "blob:"].includes(url.protocol)) this.note(`request to ${url.href}`);
    });
    page.on("dialog", (dialog) => {
      this.note(`a dialogue opened: ${dialog.message()}`);
      void dialog.dismiss();
    });
  }

  static async arrive(browser, options = {}) {
    const context = await browser.newContext({ baseURL: setting.origin, viewport: desktop, acceptDownloads: true, ...options });
    await context.addInitScript(tellViolations);
    return new Visitor(context, await context.newPage());
  }

  note(problem) {
    if (![...this.always, ...this.announced].some((one) => one.test(problem))) this.problems.push(problem);
  }

  /** While `step` runs, problems of this kind are no problem. */
  async expecting(pattern, step) {
    this.announced.push(pattern);
    try {
      return await step();
    } finally {
      this.announced.pop();
    }
  }

  async leave() {
    await this.context.close();
    if (this.problems.length > 0) throw new Error(`the page did what it must not:\n${this.problems.join("\n")}`);
  }

  async goto(path) {
    await this.page.goto(path);
    await this.settled();
  }

  /** Everything that the page asked for has been answered and is shown. */
  async settled() {
    await this.page.getByRole("heading", { level: 1 }).waitFor();
    // What was just pressed is drawn, and has asked for what it needs.
    await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 20)))));
    await this.page.waitForFunction(
      () => document.querySelector("main .loading, main [aria-busy=true], main button[disabled]:not(form *)") === null,
    );
  }

  async signIn(who = "operator", path = "/") {
    await this.page.goto(path);
    await this.signInHere(who);
  }

  async signInHere(who) {
    await this.page.getByLabel("Operator token").fill(setting.tokens[who]);
    await this.page.getByRole("button", { name: "Sign in" }).click();
    await this.page.getByRole("button", { name: "Sign out" }).waitFor();
    await this.settled();
  }

  /** The path and query of the page, as the address bar shows them. */
  where() {
    const url = new URL(this.page.url());
    return url.pathname + url.search;
  }

  shot(name, options = {}) {
    return this.page.screenshot({ path: `${setting.shots}/${name}.png`, ...options });
  }
}
