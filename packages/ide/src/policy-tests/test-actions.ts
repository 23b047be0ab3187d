import type { Edit, Match } from "@smtpdlint/grammar";
import { presentOutcome, starterTests, type TestResult, testFor, withOutcomes } from "@smtpdlint/lint";
import type { Smtpd } from "@smtpdlint/policy";
import { difference } from "../difference.ts";
import type { EditorAction } from "../editor-action.ts";
import { resultsByLine, statusOf, type TestView } from "./test-view.ts";

/** What can be done in a file of tests: begin an empty one, and expect what happens now in the lines that touch a part. */
export function testActions(
  view: TestView,
  results: readonly TestResult[],
  start: number,
  end: number,
): EditorAction[] {
  const action = (title: string, preferred: boolean, edits: readonly Edit[]): EditorAction => ({
    title,
    kind: "quickfix",
    diagnostic: undefined,
    preferred,
    edits,
  });
  const [smtpd] = view.machines;
  if (smtpd && view.text.trim() === "") {
    const path = smtpd.policy.model.sources.files[0]?.path ?? "";
    const text = starterTests(path.slice(path.lastIndexOf("/") + 1), smtpd);
    const span = { file: 0, start: 0, end: view.text.length };
    return [action("Begin with a message for each match rule", true, [{ span, text }])];
  }
  const touched = [...resultsByLine(results).values()].filter(([first]) => {
    const span = first?.test.statement.span;
    return span && span.start <= end && start <= span.end;
  });
  const ofLines = touched.flatMap((own): EditorAction[] => {
    const now = statusOf(own) === "passed" ? undefined : presentOutcome(own);
    const statement = own[0]?.test.statement;
    if (now === undefined || !statement || own[0]?.test.claim) return [];
    const { arrow, outcome } = statement;
    const at = outcome?.span ?? { ...arrow, start: arrow.end };
    const text = outcome ? now : ` ${now}`;
    return [action(`Expect what happens now: ${now}`, outcome === undefined, [{ span: at, text }])];
  });
  if (!touched.some((own) => statusOf(own) === "new")) return ofLines;
  const { text } = withOutcomes(view.text, results, { allowsMaybe: false });
  if (text === view.text) return ofLines;
  const all = action("Expect what happens now in all lines that expect nothing", false, [
    difference(0, view.text, text),
  ]);
  return [...ofLines, all];
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
