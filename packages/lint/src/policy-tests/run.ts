import type { Release } from "@smtpdlint/grammar";
import {
  type Alternative,
  type Alternatives,
  type Assumption,
  actualsOf,
  connectionOf,
  type EntryPoint,
  type MatchRule,
  mismatches,
  portsOf,
  proveNever,
  type Reached,
  reachedBy,
  type Scenario,
  type ScenarioProblem,
  type Smtpd,
  scenarioOf,
  type Trace,
  traceMessage,
  type Unproved,
} from "@smtpdlint/policy";
import type { Claim, PolicyTest } from "./cases.ts";
import { outcomeText } from "./outcome-text.ts";

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
  /** Why a claim about many messages is neither proved nor refuted; empty for other tests. */
  readonly unproved: readonly Unproved[];
  /** False if there are more ways, which were not looked at. */
  readonly complete: boolean;
  /** What the message has come by, in all ways that are as expected. */
  readonly reached: readonly Reached[];
}

/** One way in which things may go. */
export interface Way {
  /** What becomes of the message, in the words of a test. */
  readonly outcome: string;
  readonly isExpected: boolean;
  /** What decides that it goes so, the shortest list of it. */
  readonly when: readonly Assumption[];
  /** Undefined where it is as expected, and nobody wants to see how it came. */
  readonly trace: Trace | undefined;
}

/** Runs tests against one smtpd, each for itself. */
export function runTests(tests: readonly PolicyTest[], smtpd: Smtpd): TestResult[] {
  const numbers = new Map(smtpd.ruleset.map(({ match }, index) => [match, index + 1]));
  return tests.map((test) => runTest(test, smtpd, ({ match }) => numbers.get(match) ?? 0));
}

function runTest(test: PolicyTest, smtpd: Smtpd, numberOf: (rule: MatchRule) => number): TestResult {
  const common = { test, target: smtpd.target, smtpd, unproved: [], complete: true };
  if (test.claim) return { ...common, ...prove(test.claim, test, smtpd, numberOf) };
  const described = scenarioOf(smtpd, test.message);
  if ("problem" in described) {
    const { problem } = described;
    return { ...common, status: "failed", problem, scenario: undefined, ways: [], reached: [] };
  }
  const { scenario } = described;
  const { alternatives, complete }: Alternatives<Trace> = traceMessage(smtpd, scenario);
  const ways = alternatives.map((alternative) => wayOf(alternative, test, numberOf));
  const expected = ways.filter(({ isExpected }) => isExpected);
  const isPassed = test.expectation?.maybe ? expected.length > 0 : complete && expected.length === ways.length;
  const status = test.expectation === undefined ? "new" : isPassed ? "passed" : "failed";
  const fulfilled = isPassed ? alternatives.filter((_, index) => ways[index]?.isExpected) : [];
  const reached = fulfilled.map(({ result }) => reachedBy(scenario, result));
  return { ...common, status, problem: undefined, scenario, ways, complete, reached };
}

/** The result of a claim: a message that refutes it is shown like that of another test. */
function prove(
  { forbidden, sources, recipients }: Claim,
  { message }: PolicyTest,
  smtpd: Smtpd,
  numberOf: (rule: MatchRule) => number,
) {
  const { port, tag, listener: number } = message;
  const none = { problem: undefined, scenario: undefined, ways: [], reached: [] };
  const connection = connectionOf(smtpd, { ...message, client: undefined });
  // Of a way in that is not there nothing is worth a proof.
  if ("problem" in connection) return { ...none, status: "failed", problem: connection.problem } as const;
  const points = smtpd.policy.entryPoints.filter(({ reach }) => reach !== "socket");
  const enters = (point: EntryPoint) =>
    (port === undefined ||
      (point.listener !== undefined && portsOf(point.listener).some((open) => String(open) === port))) &&
    (tag === undefined || point.tag === tag.toLowerCase()) &&
    (number === undefined || points[number - 1] === point);
  const proof = proveNever(smtpd, { sources, recipients, enters }, forbidden);
  switch (proof.result) {
    case "proved":
      return { ...none, status: "passed" } as const;
    case "not proved":
      return { ...none, status: "failed", unproved: proof.reasons } as const;
    case "refuted": {
      const { scenario, trace } = proof;
      const outcome = outcomeText(actualsOf(trace, 0), numberOf);
      const way: Way = { outcome, isExpected: false, when: [], trace };
      return { ...none, scenario, ways: [way], status: "failed" } as const;
    }
  }
}

function wayOf(
  { result, when }: Alternative<Trace>,
  { expectation }: PolicyTest,
  numberOf: (rule: MatchRule) => number,
): Way {
  const actuals = actualsOf(result, 0);
  const wrong = expectation && mismatches(expectation, actuals, numberOf);
  const shortest = when.reduce((one, other) => (other.length < one.length ? other : one), when[0] ?? []);
  const isExpected = wrong !== undefined && wrong.unmet.length === 0 && wrong.more.length === 0;
  return {
    outcome: outcomeText(actuals, numberOf),
    isExpected,
    when: shortest,
    trace: isExpected ? undefined : result,
  };
}
