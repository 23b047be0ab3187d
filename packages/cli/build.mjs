import { createHash } from "node:crypto";
import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { sources } from "../sources.mjs";
import { writeThirdParty } from "../third-party.mjs";
import { readRecipes } from "./read-recipes.mjs";

/**
 * Bundles the command line with everything it needs for Node 20 and later: one
 * program that lints, what starts it, and what most runs need not load, the
 * language server and the pages of the rules.
 */
const path = (name) => fileURLToPath(new URL(name, import.meta.url));

/** The pages of the rules by their ids, as `src/bin.ts` reads them. */
async function readPages() {
  const folder = path("../lint/src/rules/");
  const names = (await readdir(folder, { recursive: true })).filter((name) => /.\/.*\.md$/.test(name)).sort();
  const pages = names.map(async (name) => [basename(name, ".md"), await readFile(folder + name, "utf8")]);
  return Object.fromEntries(await Promise.all(pages));
}

/** The language server is loaded from its own file. */
const apart = {
  name: "apart",
  setup: ({ onResolve }) =>
    onResolve({ filter: /^smtpdlint-language-server$/ }, () => ({ path: "./lsp.cjs", external: true })),
};

/** Functions and classes of Node that few runs call, from parts of it that take milliseconds to load. */
const seldomUsed = {
  "node:child_process": ["spawnSync"],
  "node:crypto": ["createHash", "createPrivateKey", "randomInt", "timingSafeEqual", "X509Certificate"],
};

/** Loads a part of Node when one of its functions is called first. */
const lazily = {
  name: "lazily",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, namespace }) =>
      path in seldomUsed && namespace !== "lazily" ? { path, namespace: "lazily" } : { path, external: true },
    );
    onLoad({ filter: /^/, namespace: "lazily" }, ({ path }) => ({
      contents: seldomUsed[path]
        .map((name) => {
          const part = `require("${path}").${name}`;
          // A class has a capital.
          return /^[A-Z]/.test(name)
            ? `export const ${name} = function (...args) { return new (${part})(...args); };`
            : `export const ${name} = (...args) => ${part}(...args);`;
        })
        .join("\n"),
    }));
  },
};

/** Whether there are to be colours is for the arguments to say; to ask the terminal takes chalk milliseconds. */
const askedByNobody = {
  name: "asked by nobody",
  setup: ({ onResolve }) =>
    onResolve({ filter: /^#supports-color$/ }, ({ resolveDir }) => ({
      path: join(resolveDir, "vendor/supports-color/browser.js"),
    })),
};

const common = {
  bundle: true,
  platform: "node",
  target: "node20",
  // Starts sooner than a module, whose imports evaluate every getter of what they import.
  format: "cjs",
  minify: true,
  legalComments: "none",
  alias: sources,
  // The other builds of jsonc-parser load their parts in a way that no bundler follows.
  mainFields: ["module", "main"],
  logLevel: "warning",
  metafile: true,
};

const lint = await build({
  ...common,
  entryPoints: [path("src/program.ts")],
  outfile: path("dist/program.js"),
  banner: { js: "(function (exports, require, module, __filename, __dirname) {" },
  footer: { js: "})" },
  // A script that was compiled by hand cannot import, only require.
  supported: { "dynamic-import": false },
  plugins: [apart, lazily, askedByNobody],
});
const lsp = await build({ ...common, entryPoints: [path("../server/src/node.ts")], outfile: path("dist/lsp.cjs") });
const hash = createHash("sha256")
  .update(await readFile(path("dist/program.js")))
  .digest("hex");
await build({
  ...common,
  entryPoints: [path("src/bin.ts")],
  outfile: path("dist/smtpdlint.cjs"),
  define: { PROGRAM_HASH: JSON.stringify(hash.slice(0, 32)) },
});
await writeFile(path("dist/pages.json"), JSON.stringify(await readPages()));
await writeFile(path("dist/recipes.json"), JSON.stringify(readRecipes()));
writeThirdParty(path("THIRD-PARTY.md"), [lint.metafile, lsp.metafile]);
await chmod(path("dist/smtpdlint.cjs"), 0o755);
