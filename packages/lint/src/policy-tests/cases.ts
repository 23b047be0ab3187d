import type { TestCase, TestFile } from "@smtpdlint/grammar";
import type { MessageDescription } from "@smtpdlint/policy";
import { type Claim, claimOf, forbiddenBy, quantifierOf } from "./claims.ts";
import { checkConditions, combinations, messageOf, mostOfLine } from "./conditions.ts";
import { expectationOf, type TestExpectation } from "./expectations.ts";
import type { TestProblem } from "./problem.ts";
import { readSettings, type TestSettings } from "./settings.ts";

/** One message, and what is to become of it. A line with lists makes several. */
export interface PolicyTest {
  /** The conditions as words, lists resolved. */
  readonly title: string;
  readonly group: string | undefined;
  readonly statement: TestCase;
  readonly message: MessageDescription;
  /** Undefined if nothing is expected yet, or something of many messages. */
  readonly expectation: TestExpectation | undefined;
  /** What holds for all messages that the conditions allow. */
  readonly claim: Claim | undefined;
}

/** What the words of a file mean, and what is wrong with them. */
export function readCases({ settings, groups }: TestFile): {
  readonly settings: TestSettings;
  readonly tests: readonly PolicyTest[];
  readonly problems: readonly TestProblem[];
} {
  const problems: TestProblem[] = [];
  const tests: PolicyTest[] = [];
  for (const { name, cases } of groups) {
    for (const statement of cases) {
      const before = problems.length;
      const quantifier = quantifierOf(statement);
      checkConditions(statement.conditions, quantifier, problems);
      const expectation = statement.outcome && expectationOf(statement.outcome, problems);
      const forbidden = quantifier ? forbiddenBy(statement, problems) : undefined;
      if (problems.length > before) continue;
      const choices = combinations(statement.conditions);
      if (!choices) {
        const message = `these lists make more than ${mostOfLine} cases: write several lines`;
        problems.push({ span: statement.span, message });
        continue;
      }
      for (const values of choices) {
        const { title, message } = messageOf(statement.conditions, values);
        const common = { title, group: name?.text, statement, message };
        if (!forbidden) tests.push({ ...common, expectation, claim: undefined });
        else tests.push({ ...common, expectation: undefined, claim: claimOf(statement.conditions, values, forbidden) });
      }
    }
  }
  return { settings: readSettings(settings, problems), tests, problems };
}
