import { readFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { sources } from "../../packages/sources.mjs";

/**
 * Makes one file of the tests that a change of the grammar or the analysis ought
 * to fail, the fast ones, together with the changed sources. Stryker loads it
 * once and then runs tests of it for every mutant: vitest would load all of it
 * anew each time, which takes many times longer than the tests.
 */
const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));

const tests = [
  "rules",
  "fix",
  "format",
  "config",
  "suppress",
  "table-file",
  "values/host-name",
  "values/regex",
  "values/size",
  "grammar/grammar",
  "grammar/lexer",
  "grammar/parse",
  "grammar/reuse",
  "grammar/textmate",
  "conformance/match",
  "conformance/match-cases",
  "rule-set/domains",
  "rule-set/open-relay",
  "rule-set/reachable",
  "server/appearance",
  "server/completion",
  "server/hover",
  "server/navigation",
  "server/refactor",
  "server/signature-help",
];

await build({
  stdin: {
    contents: tests.map((name) => `import "./${name}.test.ts";`).join("\n"),
    resolveDir: path("."),
  },
  bundle: true,
  outfile: path("../coverage/mutation-tests.mjs"),
  platform: "node",
  target: "node20",
  format: "esm",
  packages: "external",
  alias: {
    ...sources,
    vitest: path("mutation/vitest.ts"),
  },
  // The cases that are made up take most of the time, and tell little that the written ones do not.
  define: { "process.env.SMTPDLINT_EFFORT": JSON.stringify("0.02") },
  logLevel: "warning",
  plugins: [
    {
      name: "each file finds its fixtures beside itself",
      setup({ onLoad }) {
        onLoad({ filter: /\/test\/.*\.ts$/ }, async (file) => {
          const text = await readFile(file.path, "utf8");
          const url = JSON.stringify(
            pathToFileURL(file.path.endsWith("/mutation/vitest.ts") ? path("rules.test.ts") : file.path),
          );
          return { contents: text.replaceAll("import.meta.url", url), loader: "ts" };
        });
      },
    },
  ],
});
