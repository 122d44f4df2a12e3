// Bundles the unit tests of tests/dashboard/unit and runs them with node's own runner. A name given as argument runs
// only the files that contain it.

import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const unit = join(here, "../../tests/dashboard/unit");
const wanted = process.argv[2] ?? "";
const tests = (await readdir(unit)).filter((name) => name.endsWith("_test.ts") && name.includes(wanted)).sort();
if (tests.length === 0) {
  console.error(`test.mjs: no test file contains '${wanted}'`);
  process.exit(2);
}

const out = await mkdtemp(join(tmpdir(), "assay-dashboard-"));
try {
  await build({
    absWorkingDir: here,
    entryPoints: tests.map((name) => join(unit, name)),
    bundle: true,
    platform: "node",
    format: "esm",
    outExtension: { ".js": ".mjs" },
    outdir: out,
    external: ["esbuild"],
    define: { "import.meta.dirname": JSON.stringify(unit) },
    nodePaths: [join(here, "node_modules")],
    jsx: "automatic",
    jsxImportSource: "preact",
    logLevel: "warning",
  });
  const files = tests.map((name) => join(out, name.replace(/\.ts$/, ".mjs")));
  process.exitCode = spawnSync(process.execPath, ["--test", ...files], { stdio: "inherit" }).status ?? 1;
} finally {
  await rm(out, { recursive: true, force: true });
}
