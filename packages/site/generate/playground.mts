import { cpSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { releases } from "@smtpdlint/grammar";
import { build, type Plugin } from "vite";
import { sources } from "../../sources.mjs";
import { writeThirdParty } from "../../third-party.mjs";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The LSP client gets a `marked` that is loaded later. */
const lazyMarked: Plugin = {
  name: "lazy-marked",
  enforce: "pre",
  resolveId: (source, importer) =>
    source === "marked" && importer?.includes("lsp-client") ? here("../src/playground/lazy-marked.ts") : undefined,
};

/** A browser is no mail host: what rules ask of one only is left out. */
const withoutMachine: Plugin = {
  name: "without-machine",
  enforce: "pre",
  resolveId: (source) => (source.endsWith("/failed-deliveries.ts") ? here("../src/engine/no-machine.ts") : undefined),
};

/** Bundles the playground: the page, and the server in its worker. It stands beside the pages, and is none of them. */
export async function buildPlayground(folder: URL): Promise<void> {
  const inputs: Record<string, { bytesInOutput: number }> = {};
  for (const [name, entry] of [
    ["page", "src/playground/page.ts"],
    ["worker", "src/engine/worker.ts"],
  ] as const) {
    const built = (await build({
      configFile: false,
      logLevel: "warn",
      root: here(".."),
      publicDir: false,
      // Relative: it works in any folder of any host.
      base: "./",
      resolve: { alias: sources },
      plugins: [lazyMarked, withoutMachine],
      define: { RELEASES: JSON.stringify([...releases].reverse()) },
      build: {
        outDir: fileURLToPath(folder),
        emptyOutDir: false,
        target: "es2022",
        modulePreload: false,
        reportCompressedSize: false,
        chunkSizeWarningLimit: 1000,
        rollupOptions: {
          input: here(`../${entry}`),
          output: { format: "es", entryFileNames: `${name}.js`, chunkFileNames: "[name]-[hash].js" },
        },
      },
    })) as { output: readonly { modules?: Readonly<Record<string, { renderedLength: number }>> }[] };
    for (const { modules = {} } of built.output) {
      for (const [id, { renderedLength }] of Object.entries(modules)) {
        // What the bundler has made up has no folder.
        if (!id.startsWith("\0")) inputs[id] = { bytesInOutput: renderedLength };
      }
    }
  }
  writeThirdParty(fileURLToPath(new URL("THIRD-PARTY.md", folder)), [{ outputs: { all: { inputs } } }]);
  cpSync(here("../playground/"), fileURLToPath(folder), { recursive: true });
}
