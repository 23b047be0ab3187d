import { chmod } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { sources } from "../sources.mjs";
import { writeThirdParty } from "../third-party.mjs";

/** Bundles the server with everything it needs: one file for Node 20 and later, one for a web worker. */
const path = (name) => fileURLToPath(new URL(name, import.meta.url));

const common = {
  bundle: true,
  minify: true,
  legalComments: "none",
  alias: sources,
  mainFields: ["module", "main"],
  logLevel: "warning",
  metafile: true,
};

const forNode = await build({
  ...common,
  entryPoints: [path("src/bin.ts")],
  outfile: path("dist/server.js"),
  platform: "node",
  target: "node20",
  format: "esm",
  // The library is written for require().
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
});
await chmod(path("dist/server.js"), 0o755);

const forWorkers = await build({
  ...common,
  entryPoints: [path("src/browser.ts")],
  outfile: path("dist/browser.js"),
  platform: "browser",
  target: "es2022",
  format: "iife",
});

writeThirdParty(path("THIRD-PARTY.md"), [forNode.metafile, forWorkers.metafile]);
