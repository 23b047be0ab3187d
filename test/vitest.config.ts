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
    // Nothing is kept in modules that another test would see; to load them for each file takes minutes in all.
    isolate: false,
    restoreMocks: true,
    setupFiles: fileURLToPath(new URL("leave-nothing.ts", import.meta.url)),
    // Tests leave nothing in the home.
    env: { NODE_DISABLE_COMPILE_CACHE: "1" },
    // Only what hangs is stopped: how fast something is is for the bench to say.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    globalSetup: fileURLToPath(new URL("build-bundles.ts", import.meta.url)),
  },
});
