import { copyFile, mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { sources } from "../sources.mjs";
import { writeThirdParty } from "../third-party.mjs";

/** Bundles the extension and its server into dist/; each of them for a process and for a worker. */
const path = (name) => fileURLToPath(new URL(name, import.meta.url));

const { metafile } = await build({
  entryPoints: [path("src/extension.ts"), path("src/server.ts")],
  outdir: path("dist"),
  bundle: true,
  minify: true,
  format: "cjs",
  platform: "node",
  target: "es2022",
  external: ["vscode"],
  alias: sources,
  // With what is for Node they hold what is for a browser.
  conditions: ["browser"],
  mainFields: ["module", "main"],
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
});

writeThirdParty(path("THIRD-PARTY.md"), [metafile]);
await mkdir(path("dist"), { recursive: true });
for (const language of ["smtpd-conf", "smtpd-test", "smtpd-aliases", "smtpd-table", "smtpd-forward"]) {
  const name = `${language}.tmLanguage.json`;
  await copyFile(path(`../../grammar/textmate/${name}`), path(`dist/${name}`));
}
await copyFile(path("../cli/schema/smtpdlintrc.schema.json"), path("dist/smtpdlintrc.schema.json"));
await copyFile(path("../../LICENSE"), path("LICENSE"));
