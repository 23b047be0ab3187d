import { mergeConfig } from "vitest/config";
import config from "./vitest.config.ts";

/**
 * `npm run test:fast`: what answers in about ten seconds: rules, their pages,
 * fixes, the grammar, match rules and the architecture. The packages are taken as
 * tsc has built them, since loading hundreds of sources takes longer than the tests.
 */
const fast = mergeConfig(config, {
  test: {
    // Of the made-up cases a few.
    env: { SMTPDLINT_EFFORT: "0.02" },
    maxWorkers: 2,
    server: { deps: { external: [/\/(?:grammar|packages\/\w+)\/dist\//] } },
  },
});
fast.resolve = {};
fast.test.include = [
  "architecture.test.ts",
  "rules.test.ts",
  "pages.test.ts",
  "wording.test.ts",
  "fix.test.ts",
  "config.test.ts",
  "suppress.test.ts",
  "history.test.ts",
  "visits.test.ts",
  "grammar/{grammar,lexer,reuse,textmate}.test.ts",
  "values/*.test.ts",
  "conformance/{match,match-cases}.test.ts",
  "diff/cases.test.ts",
];
fast.test.globalSetup = [];
export default fast;
