// build.mjs OUTDIR: index.html and assets/, each also compressed, and manifest.json that lists them for the collector to
// embed. The same sources give the same bytes: names carry the hash of their content, nothing knows a time or a path.

import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const types = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
};

function hashedName(stem, extension, bytes) {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  return `/assets/${stem}-${hash}.${extension}`;
}

// The licence of what is bundled asks to be kept with every copy of it.
async function licenses() {
  const folder = join(here, "node_modules/preact");
  const { name, version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  return Buffer.from(`${name} ${version}\n\n${await readFile(join(folder, "LICENSE"), "utf8")}`);
}

async function bundle(licenses_path) {
  const { outputFiles } = await build({
    absWorkingDir: here,
    entryPoints: ["src/main.tsx"],
    outdir: "out",
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: ["es2022"],
    charset: "utf8",
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    define: { LICENSES: JSON.stringify(licenses_path) },
    logLevel: "warning",
  });
  const of = (extension) => Buffer.from(outputFiles.find((one) => one.path.endsWith(extension)).contents);
  return { script: of(".js"), style: of(".css") };
}

const encoders = {
  br: (bytes) =>
    brotliCompressSync(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  gzip: (bytes) => gzipSync(bytes, { level: 9 }),
};
const suffixes = { br: "br", gzip: "gz" };

/** Every file of the dashboard: its path for the browser, and its bytes. */
export async function files() {
  const license_text = await licenses();
  const license_path = hashedName("licenses", "txt", license_text);
  const { script, style } = await bundle(license_path);
  const icon = await readFile(join(here, "src/icon.svg"));
  const paths = {
    ICON: hashedName("icon", "svg", icon),
    STYLE: hashedName("app", "css", style),
    SCRIPT: hashedName("app", "js", script),
  };
  const page = await readFile(join(here, "src/index.html"), "utf8");
  const index = Buffer.from(page.replace(/%([A-Z]+)%/g, (_, name) => paths[name]));
  return [
    ["/index.html", index],
    [paths.SCRIPT, script],
    [paths.STYLE, style],
    [paths.ICON, icon],
    [license_path, license_text],
  ];
}

/** Writes them to `out`, which is emptied first, and gives back the manifest. */
export async function write(out) {
  await rm(join(out, "assets"), { recursive: true, force: true });
  await mkdir(join(out, "assets"), { recursive: true });
  const manifest = { files: [] };
  for (const [path, bytes] of await files()) {
    const encodings = {};
    await writeFile(join(out, path), bytes);
    for (const [name, encode] of Object.entries(encoders)) {
      const packed = encode(bytes);
      encodings[name] = { file: `${path.slice(1)}.${suffixes[name]}`, bytes: packed.length };
      await writeFile(join(out, encodings[name].file), packed);
    }
    const content_type = types[path.split(".").at(-1)];
    manifest.files.push({ path, content_type, file: path.slice(1), bytes: bytes.length, encodings });
  }
  await writeFile(join(out, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.length !== 3) {
    console.error("usage: node build.mjs OUTDIR");
    process.exit(2);
  }
  const { files: written } = await write(resolve(process.argv[2]));
  for (const one of written) console.log(`${one.path} ${one.bytes} br ${one.encodings.br.bytes} gzip ${one.encodings.gzip.bytes}`);
}
