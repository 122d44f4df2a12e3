import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

interface Written {
  path: string;
  content_type: string;
  file: string;
  bytes: number;
  encodings: Record<string, { file: string; bytes: number }>;
}

const builder = join(import.meta.dirname, "../../../collector/dashboard/build.mjs");
const scratch = mkdtempSync(join(tmpdir(), "assay-dashboard-build-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

function built(name: string): string {
  const out = join(scratch, name);
  execFileSync(process.execPath, [builder, out], { stdio: "pipe" });
  return out;
}

function tree(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => !statSync(join(folder, name)).isDirectory());
  return Object.fromEntries(names.sort().map((name) => [name, createHash("sha256").update(readFileSync(join(folder, name))).digest("hex")]));
}

const out = built("a");
const manifest: { files: Written[] } = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"));

test("the same sources give the same bytes, wherever they are written", () => {
  assert.deepEqual(tree(built("somewhere/else")), tree(out));
});

test("the manifest names every file and encoding, and each unpacks to the file itself", () => {
  const named = manifest.files.flatMap((one) => [one.file, ...Object.values(one.encodings).map((packed) => packed.file)]);
  assert.deepEqual(named.concat("manifest.json").sort(), Object.keys(tree(out)));
  for (const one of manifest.files) {
    const plain = readFileSync(join(out, one.file));
    assert.equal(plain.length, one.bytes);
    assert.deepEqual(brotliDecompressSync(readFileSync(join(out, one.encodings["br"]?.file ?? ""))), plain);
    assert.deepEqual(gunzipSync(readFileSync(join(out, one.encodings["gzip"]?.file ?? ""))), plain);
  }
});

test("the name of an asset carries the hash of what is in it", () => {
  for (const one of manifest.files.filter((file) => file.path !== "/index.html")) {
    const hash = createHash("sha256").update(readFileSync(join(out, one.file))).digest("hex").slice(0, 16);
    assert.match(one.path, new RegExp(`^/assets/[a-z]+-${hash}\\.[a-z]+$`));
  }
});

test("nothing is inline and nothing comes from elsewhere: the page fits its policy", () => {
  const page = readFileSync(join(out, "index.html"), "utf8");
  assert.doesNotMatch(page, /<style|\bstyle=|\bon\w+=|<base|javascript:/i);
  assert.deepEqual(
    [...page.matchAll(/<script([^>]*)>([^<]*)/g)].map(([, attributes, body]) => [/ src="\/assets\//.test(attributes ?? ""), body]),
    [[true, ""]],
  );
  const linked = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, url]) => url);
  const paths = manifest.files.map((one) => one.path);
  for (const url of linked) assert.ok(paths.includes(url ?? ""), `${url} is not shipped`);
  for (const one of manifest.files) {
    const text = readFileSync(join(out, one.file), "utf8");
    assert.doesNotMatch(text, /sourceMappingURL/);
    if (one.path.endsWith(".css")) assert.doesNotMatch(text, /url\(|@import/);
  }
});

test("no token is kept: the script knows no storage but the choice of colours", () => {
  const script = readFileSync(join(out, manifest.files.find((one) => one.path.endsWith(".js"))?.file ?? ""), "utf8");
  assert.equal(script.match(/localStorage/g)?.length, 2); // read and written, state/theme.ts
  assert.match(script, /assay-theme/);
  assert.doesNotMatch(script, /sessionStorage|indexedDB|document\.cookie|\.open\("GET"/);
  assert.doesNotMatch(script, /eval\(|new Function|document\.write/);
});

test("the first view is under 40 kB", () => {
  const first = manifest.files.filter((one) => /\.(html|js|css)$/.test(one.path));
  const bytes = first.reduce((sum, one) => sum + (one.encodings["gzip"]?.bytes ?? 0), 0);
  assert.ok(bytes < 40_000, `${bytes} bytes with gzip`);
});
