export type { PolicyTest, TestSettings } from "./cases.ts";
export { type CoveredStatement, coverageOf } from "./coverage.ts";
export type { TestProblem } from "./problem.ts";
export { readPolicyTests } from "./read.ts";
export { runTests, type TestResult, type Way } from "./run.ts";
export { starterTests } from "./starter.ts";
