import type { Span } from "@smtpdlint/grammar";
import { type Fix, failureOf, type TestResult } from "@smtpdlint/lint";
import { makeVisible } from "@smtpdlint/model";
import { actualsOf, type Smtpd } from "@smtpdlint/policy";
import { resultsByLine, statusOf, type TestView } from "./test-view.ts";

/** What is wrong with a file of policy tests, or with the policy. */
export interface TestDiagnostic {
  readonly kind: "mistake" | "failed" | "new";
  readonly span: Span;
  readonly message: string;
  readonly fixes: readonly Fix[];
  /** The match rule that decides otherwise. */
  readonly related: { readonly smtpd: Smtpd; readonly span: Span; readonly message: string } | undefined;
}

/** So many messages of a line are told apart. */
const mostTold = 3;

export const mistakesIn = ({ problems }: Pick<TestView, "problems">): TestDiagnostic[] =>
  problems.map(({ span, message, fixes = [] }) => ({
    kind: "mistake",
    span,
    message: makeVisible(message),
    fixes,
    related: undefined,
  }));

/** One for each line that fails, or expects nothing yet. */
export function failuresOf(view: TestView, results: readonly TestResult[]): TestDiagnostic[] {
  return [...resultsByLine(results).values()].flatMap((own): TestDiagnostic[] => {
    const kind = statusOf(own);
    if (kind === "passed") return [];
    const wrong = own.filter(({ status }) => status === kind);
    const [first] = wrong as [TestResult];
    const told = wrong.slice(0, mostTold).map((result) => titleOf(result, own) + reasonFor(result, view.text));
    const more = wrong.length > mostTold ? [`and ${wrong.length - mostTold} more of this line`] : [];
    const { outcome, span } = first.test.statement;
    const related = kind === "failed" ? ruleOf(first) : undefined;
    return [{ kind, span: outcome?.span ?? span, message: [...told, ...more].join("\n"), fixes: [], related }];
  });
}

/** Which of several it is: its conditions, its release. */
function titleOf({ test, target }: TestResult, all: readonly TestResult[]): string {
  const hasTitles = new Set(all.map((one) => one.test.title)).size > 1;
  const hasTargets = new Set(all.map((one) => one.target)).size > 1;
  const parts = [...(hasTitles ? [makeVisible(test.title)] : []), ...(hasTargets ? [`smtpd ${target}`] : [])];
  return parts.length > 0 ? `${parts.join(", ")}: ` : "";
}

function reasonFor(result: TestResult, text: string): string {
  const { expected, got, help } = failureOf(result, text);
  const outcome = got.map(makeVisible).join(", or ");
  if (result.problem) return outcome;
  if (expected === undefined) return `nothing is expected yet; what becomes of it now: ${outcome}`;
  return [
    `expected ${makeVisible(expected)}, got ${outcome}`,
    ...help.map((line) => `help: ${makeVisible(line)}`),
  ].join("\n");
}

function ruleOf(result: TestResult): TestDiagnostic["related"] {
  const trace = result.ways.find(({ isExpected }) => !isExpected)?.trace;
  const rule = trace && actualsOf(trace, 0).find((actual) => "rule" in actual && actual.rule);
  if (!rule || !("rule" in rule) || !rule.rule) return undefined;
  const number = result.smtpd.numberOf(rule.rule);
  return { smtpd: result.smtpd, span: rule.rule.match.span, message: `rule ${number} decides` };
}
