import { type TestCase, type TestWord, touches } from "@smtpdlint/grammar";
import { failureOf, runTests, type TestResult, testText } from "@smtpdlint/lint";
import { conjunction, makeVisible } from "@smtpdlint/model";
import { traceMessage } from "@smtpdlint/policy";
import { code, escapeMarkdown } from "../describe.ts";
import type { Hover } from "../hover.ts";
import { traceLines } from "./test-trace.ts";
import { casesOf, onOneLine, type TestView } from "./test-view.ts";
import { testWords } from "./test-words.ts";

/** What stands at `offset`: in a test, what becomes of its message; a word, with its help; and how it becomes so. */
export function hoverTests(view: TestView, offset: number): Hover | undefined {
  const word = wordsOf(view).find(({ span }) => touches(span, offset));
  const statement = casesOf(view).find(({ span }) => touches(span, offset));
  // Some editors show the first line alone.
  const [verdict = [], ...way] = statement ? fate(view, statement, offset) : [];
  const parts = [verdict, word ? wordHelp(word) : [], way].flat();
  const span = word?.span ?? statement?.span;
  return span && parts.length > 0 ? { span, markdown: parts.join("\n\n") } : undefined;
}

/** The keywords of settings, conditions and outcomes. */
function wordsOf(view: TestView): TestWord[] {
  const { settings, groups } = view.file;
  const ofSettings = settings.map((setting): TestWord => {
    if (setting.kind === "values") return setting.keyword;
    const word = setting.kind;
    return { word, span: { ...setting.span, end: setting.span.start + word.length } };
  });
  const ofCases = groups.flatMap(({ cases }) => cases).flatMap(wordsOfCase);
  return [...ofSettings, ...ofCases];
}

function wordsOfCase({ conditions, outcome }: TestCase): TestWord[] {
  const terms = outcome?.terms ?? [];
  const all = [
    ...conditions.map(({ keyword }) => keyword),
    outcome?.quantifier,
    outcome?.exactly,
    ...terms.flatMap(({ not, verdict, modifiers }) => [not, verdict, ...modifiers.map(({ keyword }) => keyword)]),
  ];
  return all.filter((word) => word !== undefined);
}

function wordHelp({ word }: TestWord): string[] {
  const found = testWords[word];
  return found ? [`\`${found.syntax}\`: ${escapeMarkdown(found.help)}`] : [];
}

/** What becomes of the message of a line; of several, of the one whose value is at the place. */
function fate(view: TestView, statement: TestCase, offset: number): string[] {
  const [smtpd] = view.machines;
  const own = view.tests.filter((test) => test.statement.span.start === statement.span.start);
  const wanted = valueAt(statement, offset);
  const test = own.find(({ title }) => wanted !== undefined && `${title} `.includes(`${wanted} `)) ?? own[0];
  const [result] = smtpd && test ? runTests([test], smtpd) : [];
  if (!result) return [];
  const title = own.length > 1 ? `${escapeMarkdown(makeVisible(result.test.title))} ` : "";
  return [`${title}${verdictText(result, view)}`, ...wayText(result)];
}

/** `to bob@example.org` for the value at a place. */
function valueAt({ conditions }: TestCase, offset: number): string | undefined {
  for (const { keyword, values } of conditions) {
    // Of `{ a, b }@c` both end behind it.
    const value = values?.values.findLast(({ span }) => touches(span, offset));
    if (value) return `${keyword.word} ${testText(value.text)}`;
  }
  return undefined;
}

function verdictText(result: TestResult, view: TestView): string {
  const { status, test, smtpd } = result;
  if (status === "passed") {
    if (test.claim) return "**passed**: it holds for all messages";
    // What is expected may be less than what happens: that is told of a test that expects nothing.
    const [open] = runTests([{ ...test, expectation: undefined }], smtpd);
    const outcomes = [...new Set(open?.ways.map(({ outcome }) => outcome.withRules))];
    return `**passed**: ${escapeMarkdown(makeVisible(conjunction(outcomes)))}`;
  }
  const { outcome } = test.statement;
  const { got, help } = failureOf(result, view.text);
  const all = got.map((text, index) => (index === 0 ? text : `or ${text}`));
  const [first = "", ...others] = all;
  const head = outcome
    ? `**failed**: ${escapeMarkdown(makeVisible(`expected ${onOneLine(view, outcome.span)}, got ${first}`))}`
    : `**nothing is expected yet**; what becomes of it now: ${escapeMarkdown(makeVisible(first))}`;
  const advice = outcome ? help.map((text) => `help: ${text}`) : [];
  return [head, ...[...others, ...advice].map((line) => escapeMarkdown(makeVisible(line)))].join("  \n");
}

/** How it comes: the way that fails, or else the ordinary one. */
function wayText(result: TestResult): string[] {
  const { scenario, smtpd, ways } = result;
  if (!scenario) return [];
  const wrong = ways.find(({ isExpected }) => !isExpected)?.trace;
  const trace = wrong ?? traceMessage(smtpd, scenario).alternatives[0]?.result;
  return trace ? [code(traceLines(trace, scenario, smtpd), "text")] : [];
}
