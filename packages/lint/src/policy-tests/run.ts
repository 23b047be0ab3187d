import type { Release } from "@smtpdlint/grammar";
import {
  type Alternative,
  type Assumption,
  actualsOf,
  connectionOf,
  type EntryPoint,
  listenersOf,
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
import type { PolicyTest } from "./cases.ts";
import type { Claim } from "./claims.ts";
import { type OutcomeWords, outcomeWords } from "./words.ts";

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
  /** All ways in which it may go, or the one that refutes a claim; empty if the test has passed. */
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
  /** What becomes of the message. */
  readonly outcome: OutcomeWords;
  readonly isExpected: boolean;
  /** What decides that it goes so, the shortest list of it. */
  readonly when: readonly Assumption[];
  readonly trace: Trace;
}

/** Runs tests against one smtpd, each for itself. */
export const runTests = (tests: readonly PolicyTest[], smtpd: Smtpd): TestResult[] =>
  tests.map((test) => {
    const common = { test, target: smtpd.target, smtpd, ...nothing };
    return { ...common, ...(test.claim ? prove(test.claim, test, smtpd) : runTest(test, smtpd)) };
  });

const nothing = {
  problem: undefined,
  scenario: undefined,
  ways: [],
  unproved: [],
  complete: true,
  reached: [],
} as const;

type Ending = Pick<TestResult, "status"> & Partial<TestResult>;

function runTest({ expectation, message }: PolicyTest, smtpd: Smtpd): Ending {
  const described = scenarioOf(smtpd, message);
  if ("problem" in described) return { status: "failed", problem: described.problem };
  const { scenario } = described;
  const { alternatives, complete } = traceMessage(smtpd, scenario);
  const isExpected = ({ result }: Alternative<Trace>) => {
    if (!expectation) return false;
    const { unmet, more } = mismatches(expectation, actualsOf(result, 0), (rule) => smtpd.numberOf(rule));
    return unmet.length === 0 && more.length === 0;
  };
  const ways = alternatives.map((alternative) => ({ alternative, isExpected: isExpected(alternative) }));
  const expected = ways.filter((way) => way.isExpected);
  if (expectation && (expectation.maybe ? expected.length > 0 : complete && expected.length === ways.length)) {
    const reached = expected.map(({ alternative }) => reachedBy(scenario, alternative.result));
    return { status: "passed", scenario, complete, reached };
  }
  const shown = ways.map(({ alternative: { result, when }, isExpected }): Way => {
    const shortest = when.reduce((one, other) => (other.length < one.length ? other : one), when[0] ?? []);
    return { outcome: wordsOf(result, smtpd), isExpected, when: shortest, trace: result };
  });
  return { status: expectation ? "failed" : "new", scenario, complete, ways: shown };
}

const wordsOf = (trace: Trace, smtpd: Smtpd) => outcomeWords(actualsOf(trace, 0), (rule) => smtpd.numberOf(rule));

/** The result of a claim: a message that refutes it is shown like that of another test. */
function prove({ forbidden, sources, recipients }: Claim, { message }: PolicyTest, smtpd: Smtpd): Ending {
  const connection = connectionOf(smtpd, { ...message, client: undefined });
  // Of a way in that is not there nothing is worth a proof.
  if ("problem" in connection) return { status: "failed", problem: connection.problem };
  const { port, tag, listener: number } = message;
  const listeners = listenersOf(smtpd.policy);
  const enters = (point: EntryPoint) =>
    (port === undefined ||
      (point.listener !== undefined && portsOf(point.listener).some((open) => String(open) === port))) &&
    (tag === undefined || point.tag === tag.toLowerCase()) &&
    (number === undefined || listeners[number - 1] === point);
  const proof = proveNever(smtpd, { sources, recipients, enters }, forbidden);
  switch (proof.result) {
    case "proved":
      return { status: "passed" };
    case "not proved":
      return { status: "failed", unproved: proof.reasons };
    case "refuted": {
      const { scenario, trace } = proof;
      const way: Way = { outcome: wordsOf(trace, smtpd), isExpected: false, when: [], trace };
      return { status: "failed", scenario, ways: [way] };
    }
  }
}
