import type { Release } from "@smtpdlint/grammar";
import {
  type Actual,
  type Alternative,
  type Alternatives,
  type Assumption,
  actualsOf,
  type MatchRule,
  mismatches,
  type Reached,
  reachedBy,
  type Scenario,
  type ScenarioProblem,
  type Smtpd,
  scenarioOf,
  type Trace,
  traceMessage,
} from "@smtpdlint/policy";
import type { PolicyTest } from "./cases.ts";

/** How a test ends for one release. */
export interface TestResult {
  readonly test: PolicyTest;
  readonly target: Release;
  readonly smtpd: Smtpd;
  /** `new` if the test expects nothing yet. */
  readonly status: "passed" | "failed" | "new";
  /** Why the message cannot be sent as the test says. */
  readonly problem: ScenarioProblem | undefined;
  readonly scenario: Scenario | undefined;
  readonly ways: readonly Way[];
  /** False if there are more ways, which were not looked at. */
  readonly complete: boolean;
  /** What the message has come by, in all ways that are as expected. */
  readonly reached: readonly Reached[];
}

/** One way in which things may go. */
export interface Way {
  readonly actuals: readonly Actual[];
  readonly isExpected: boolean;
  /** What decides that it goes so, the shortest list of it. */
  readonly when: readonly Assumption[];
  readonly trace: Trace;
}

/** Runs tests against one smtpd, each for itself. */
export function runTests(tests: readonly PolicyTest[], smtpd: Smtpd): TestResult[] {
  const numbers = new Map(smtpd.ruleset.map(({ match }, index) => [match, index + 1]));
  return tests.map((test) => runTest(test, smtpd, ({ match }) => numbers.get(match) ?? 0));
}

function runTest(test: PolicyTest, smtpd: Smtpd, numberOf: (rule: MatchRule) => number): TestResult {
  const common = { test, target: smtpd.target, smtpd };
  const described = scenarioOf(smtpd, test.message);
  if ("problem" in described) {
    const { problem } = described;
    return { ...common, status: "failed", problem, scenario: undefined, ways: [], complete: true, reached: [] };
  }
  const { scenario } = described;
  const { alternatives, complete }: Alternatives<Trace> = traceMessage(smtpd, scenario);
  const ways = alternatives.map((alternative) => wayOf(alternative, test, numberOf));
  const expected = ways.filter(({ isExpected }) => isExpected);
  const isPassed = test.expectation?.maybe ? expected.length > 0 : complete && expected.length === ways.length;
  const status = test.expectation === undefined ? "new" : isPassed ? "passed" : "failed";
  const reached = status === "passed" ? expected.map(({ trace }) => reachedBy(scenario, trace)) : [];
  return { ...common, status, problem: undefined, scenario, ways, complete, reached };
}

function wayOf(
  { result, when }: Alternative<Trace>,
  { expectation }: PolicyTest,
  numberOf: (rule: MatchRule) => number,
): Way {
  const actuals = actualsOf(result, 0);
  const wrong = expectation && mismatches(expectation, actuals, numberOf);
  const shortest = when.reduce((one, other) => (other.length < one.length ? other : one), when[0] ?? []);
  return {
    actuals,
    isExpected: wrong !== undefined && wrong.unmet.length === 0 && wrong.more.length === 0,
    when: shortest,
    trace: result,
  };
}
