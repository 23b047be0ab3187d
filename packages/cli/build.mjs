import { chmod } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Bundles the command line with everything it needs into one file for Node 20 and later. */
const path = (name) => fileURLToPath(new URL(name, import.meta.url));

await build({
  entryPoints: [path("src/bin.ts")],
  outfile: path("dist/smtpdlint.js"),
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  minify: true,
  legalComments: "linked",
  alias: {
    "@smtpdlint/analysis": path("../analysis/src/index.ts"),
    "@smtpdlint/grammar": path("../../grammar/src/index.ts"),
  },
  logLevel: "warning",
});
await chmod(path("dist/smtpdlint.js"), 0o755);
