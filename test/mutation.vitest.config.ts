import { defineConfig } from "vitest/config";
import config from "./vitest.config.ts";

/** The tests that a change of the grammar or the analysis ought to fail: those that are fast, and of these two. */
export default defineConfig({
  ...config,
  test: {
    ...config.test,
    include: [
      "rules",
      "fix",
      "messages",
      "format",
      "config",
      "suppress",
      "table-file",
      "values/*",
      "grammar/*",
      "rule-set/*",
    ].map((name) => `${name}.test.ts`),
    globalSetup: [],
  },
});
