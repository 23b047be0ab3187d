import { chmod, readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { writeThirdParty } from "../third-party.mjs";

/** Bundles the command line with everything it needs into one file for Node 20 and later. */
const path = (name) => fileURLToPath(new URL(name, import.meta.url));

/** The pages of the rules by their ids, as `src/pages.ts` declares them. */
async function readPages() {
  const folder = path("../analysis/docs/rules/");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".md")).sort();
  const pages = names.map(async (name) => [name.slice(0, -3), await readFile(folder + name, "utf8")]);
  return Object.fromEntries(await Promise.all(pages));
}

const { metafile } = await build({
  entryPoints: [path("src/bin.ts")],
  outfile: path("dist/smtpdlint.js"),
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  minify: true,
  legalComments: "none",
  alias: {
    "@smtpdlint/analysis": path("../analysis/src/index.ts"),
    "@smtpdlint/grammar": path("../../grammar/src/index.ts"),
    "smtpdlint-language-server": path("../server/src/node.ts"),
  },
  define: { RULE_PAGES: JSON.stringify(await readPages()) },
  // The libraries of the language server are written for require().
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  // The other builds of jsonc-parser load their parts in a way that no bundler follows.
  mainFields: ["module", "main"],
  logLevel: "warning",
  metafile: true,
});
writeThirdParty(path("THIRD-PARTY.md"), [metafile]);
await chmod(path("dist/smtpdlint.js"), 0o755);
