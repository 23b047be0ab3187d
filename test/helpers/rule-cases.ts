import { type RuleFile, ruleFile, ruleFiles } from "../../packages/lint/docs/rule-files.mts";
import { type FixtureCase, readFixture } from "./fixture.ts";

export { type RuleFile, ruleFile, ruleFiles };

/** The cases of a rule, which stand beside it. */
export const casesOf = (file: RuleFile): FixtureCase[] => readFixture(ruleFile(file, "txt"));

/** The cases of all rules. */
export const allCases = (): FixtureCase[] => ruleFiles().flatMap(casesOf);
