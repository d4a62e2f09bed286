// Bundles the unit tests and runs them with node's own test runner.

import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const tests = dirname(fileURLToPath(import.meta.url));
const output = join(tests, "..", "node_modules", ".tests");
const sources = readdirSync(tests).filter((name) => name.endsWith(".test.ts"));
rmSync(output, { recursive: true, force: true });
await build({
  entryPoints: sources.map((name) => join(tests, name)),
  bundle: true,
  platform: "node",
  format: "esm",
  outdir: output,
  outExtension: { ".js": ".mjs" },
  sourcemap: "inline",
});
const files = sources.map((name) => join(output, name.replace(/\.ts$/, ".mjs")));
const { status } = spawnSync(process.execPath, ["--test", ...files], { stdio: "inherit" });
process.exit(status ?? 1);
