import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { sources } from "../packages/sources.mjs";

/** Tests run on the sources: nothing has to be built first but the bundles, which `build-bundles.ts` sees to. */
export default defineConfig({
  resolve: {
    alias: {
      ...sources,
      "@smtpdlint/analysis": fileURLToPath(new URL("../packages/analysis/src/index.ts", import.meta.url)),
      "smtpdlint-language-server": fileURLToPath(new URL("../packages/server/src/node.ts", import.meta.url)),
    },
  },
  test: {
    root: fileURLToPath(new URL(".", import.meta.url)),
    include: ["**/*.test.ts"],
    // Tests leave nothing in the home.
    env: { NODE_DISABLE_COMPILE_CACHE: "1" },
    // What waits for an editor or a browser waits for a slow machine too.
    testTimeout: 30_000,
    expect: { poll: { timeout: 15_000 } },
    globalSetup: fileURLToPath(new URL("build-bundles.ts", import.meta.url)),
  },
});
