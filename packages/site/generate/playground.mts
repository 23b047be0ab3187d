import { cpSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { releases } from "@smtpdlint/grammar";
import { build } from "esbuild";
import { sources } from "../../sources.mjs";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Bundles the playground: the page, and the server in its worker. It stands beside the pages, and is none of them. */
export async function buildPlayground(folder: URL): Promise<void> {
  mkdirSync(folder, { recursive: true });
  cpSync(here("../playground/"), fileURLToPath(folder), { recursive: true });
  const common = {
    bundle: true,
    minify: true,
    platform: "browser",
    target: "es2022",
    alias: sources,
    mainFields: ["module", "main"],
    legalComments: "none",
    logLevel: "warning",
  } as const;
  await build({
    ...common,
    entryPoints: [here("../src/playground/page.ts")],
    outfile: fileURLToPath(new URL("page.js", folder)),
    format: "esm",
    loader: { ".conf": "text", ".test": "text", ".aliases": "text" },
    // The newest first.
    define: { RELEASES: JSON.stringify([...releases].reverse()) },
  });
  await build({
    ...common,
    entryPoints: [here("../src/engine/worker.ts")],
    outfile: fileURLToPath(new URL("worker.js", folder)),
    format: "iife",
  });
}
