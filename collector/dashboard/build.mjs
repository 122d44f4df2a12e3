// build.mjs OUTDIR [DEPFILE]: index.html and assets/, each also compressed, and manifest.json that lists them for the
// collector to embed. The same sources give the same bytes: names carry the hash of their content, nothing knows a time
// or a path. DEPFILE: what was read, as make would have it, so that a build knows when to do this again.

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
  const { outputFiles, metafile } = await build({
    absWorkingDir: here,
    entryPoints: ["src/main.tsx"],
    outdir: "out",
    bundle: true,
    write: false,
    metafile: true,
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
  return { script: of(".js"), style: of(".css"), inputs: Object.keys(metafile.inputs) };
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

/** Every file of the dashboard: its path for the browser, and its bytes; and which sources went into them. */
export async function files() {
  const license_text = await licenses();
  const license_path = hashedName("licenses", "txt", license_text);
  const { script, style, inputs } = await bundle(license_path);
  const icon = await readFile(join(here, "src/icon.svg"));
  const paths = {
    ICON: hashedName("icon", "svg", icon),
    STYLE: hashedName("app", "css", style),
    SCRIPT: hashedName("app", "js", script),
  };
  const page = await readFile(join(here, "src/index.html"), "utf8");
  const index = Buffer.from(page.replace(/%([A-Z]+)%/g, (_, name) => paths[name]));
  const all = [
    ["/index.html", index],
    [paths.SCRIPT, script],
    [paths.STYLE, style],
    [paths.ICON, icon],
    [license_path, license_text],
  ];
  const sources = [...inputs, "build.mjs", "package-lock.json", "src/icon.svg", "src/index.html"];
  return { all, sources: sources.map((one) => join(here, one)) };
}

/** Writes them to `out`, whose assets are removed first, and gives back the manifest. */
export async function write(out, depfile) {
  await rm(join(out, "assets"), { recursive: true, force: true });
  await mkdir(join(out, "assets"), { recursive: true });
  const manifest = { files: [] };
  const { all, sources } = await files();
  for (const [path, bytes] of all) {
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
  const manifest_file = join(out, "manifest.json");
  await writeFile(manifest_file, `${JSON.stringify(manifest, null, 2)}\n`);
  if (depfile) await writeFile(depfile, `${[`${manifest_file}:`, ...sources].join(" \\\n  ")}\n`);
  return manifest;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [out, depfile] = process.argv.slice(2);
  if (!out || process.argv.length > 4) {
    console.error("usage: node build.mjs OUTDIR [DEPFILE]");
    process.exit(2);
  }
  const { files: written } = await write(resolve(out), depfile);
  for (const one of written) console.log(`${one.path} ${one.bytes} br ${one.encodings.br.bytes} gzip ${one.encodings.gzip.bytes}`);
}
