export { type PolicyTest, quoted as testText, type TestSettings } from "./cases.ts";
export { type CoveredStatement, coverageOf } from "./coverage.ts";
export { failureOf } from "./failure.ts";
export { obstacleTo, withTestSettings } from "./machine.ts";
export type { TestProblem } from "./problem.ts";
export { readPolicyTests } from "./read.ts";
export { runTests, type TestResult } from "./run.ts";
export { starterTests, testFor } from "./starter.ts";
export { presentOutcome, withOutcomes } from "./update.ts";
