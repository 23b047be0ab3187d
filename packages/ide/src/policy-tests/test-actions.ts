import type { Edit, Match, Span } from "@smtpdlint/grammar";
import { presentOutcome, starterTests, type TestResult, testFor, withOutcomes } from "@smtpdlint/lint";
import type { Smtpd } from "@smtpdlint/policy";
import { fixMending } from "../code-action.ts";
import { difference } from "../difference.ts";
import type { EditorAction } from "../editor-action.ts";
import { mistakesIn, type TestDiagnostic } from "./test-diagnostics.ts";
import { resultsByLine, statusOf, type TestView } from "./test-view.ts";

/** Something to do in a file of tests, and the mistake that it mends. */
export interface TestAction extends Omit<EditorAction, "diagnostic"> {
  readonly mends?: TestDiagnostic;
}

/**
 * What can be done in a file of tests: begin an empty one, mend the mistakes that touch a part, and expect what
 * happens now in its lines.
 */
export function testActions(view: TestView, results: readonly TestResult[], start: number, end: number): TestAction[] {
  const action = (title: string, preferred: boolean, edits: readonly Edit[]): TestAction => ({
    title,
    kind: "quickfix",
    preferred,
    edits,
  });
  const [smtpd] = view.machines;
  if (smtpd && view.text.trim() === "") {
    const { sources, nameOf } = smtpd.policy.model;
    const text = starterTests(nameOf(sources.files[0]?.path ?? "").replace(/^.*\//s, ""), smtpd);
    const span = { file: 0, start: 0, end: view.text.length };
    return [action("Begin with a message for each match rule", true, [{ span, text }])];
  }
  const isTouched = (span: Span | undefined) => span && span.start <= end && start <= span.end;
  const fixes = mistakesIn(view)
    .filter(({ span }) => isTouched(span))
    .flatMap((mends) =>
      mends.fixes.map((fix): TestAction => ({ ...action("", true, []), ...fixMending(fix), preferred: true, mends })),
    );
  const touched = [...resultsByLine(results).values()].filter(([first]) => isTouched(first?.test.statement.span));
  const ofLines = touched.flatMap((own): TestAction[] => {
    const now = statusOf(own) === "passed" ? undefined : presentOutcome(own);
    const statement = own[0]?.test.statement;
    if (now === undefined || !statement || own[0]?.test.claim) return [];
    const { arrow, outcome } = statement;
    const at = outcome?.span ?? { ...arrow, start: arrow.end };
    const text = outcome ? now : ` ${now}`;
    return [action(`Expect what happens now: ${now}`, outcome === undefined, [{ span: at, text }])];
  });
  const here = [...fixes, ...ofLines];
  if (!touched.some((own) => statusOf(own) === "new")) return here;
  const { text } = withOutcomes(view.text, results, { allowsMaybe: false });
  if (text === view.text) return here;
  const all = action("Expect what happens now in all lines that expect nothing", false, [
    difference(0, view.text, text),
  ]);
  return [...here, all];
}

/** The line of a new test for a match rule, with the rule above it; undefined if no message is found that takes it. */
export function newTest(smtpd: Smtpd, match: Pick<Match, "span">): string | undefined {
  const rule = smtpd.ruleset.find(
    (one) => one.match.span.start === match.span.start && one.match.span.file === match.span.file,
  );
  const test = rule && testFor(rule, smtpd);
  if (!rule || test === undefined) return undefined;
  const { sources } = smtpd.policy.model;
  return `# ${sources.textAt(rule.match.span).replace(/\\?\s+/g, " ")}\n${test}\n`;
}
