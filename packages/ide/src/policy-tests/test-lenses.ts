import type { Match, Span } from "@smtpdlint/grammar";
import type { TestResult } from "@smtpdlint/lint";
import { count } from "@smtpdlint/model";
import type { View } from "../view.ts";
import { type TestItem, testItems } from "./test-items.ts";
import { resultsByLine, statusOf, type TestView } from "./test-view.ts";

/** A line of text above a test or a group, which runs it. */
export interface TestLens {
  readonly span: Span;
  readonly title: string;
  /** What it runs; undefined for all. */
  readonly ids: readonly string[] | undefined;
}

/** One for all tests, one for each group, and one for each line that has not passed. */
export function testLenses(view: TestView, results: readonly TestResult[]): TestLens[] {
  const byLine = resultsByLine(results);
  const items = testItems(view);
  const lines = items.flatMap((item) => (item.kind === "test" ? [item] : item.children));
  if (lines.length === 0) return [];
  const first = { file: 0, start: 0, end: 0 };
  const all: TestLens = {
    span: first,
    title: `run ${count(lines.length, "test")}${tally(lines, byLine)}`,
    ids: undefined,
  };
  const groups = items.flatMap(({ kind, id, selection, children }): TestLens[] => {
    if (kind !== "group" || children.length === 0) return [];
    return [{ span: selection, title: `run ${count(children.length, "test")}${tally(children, byLine)}`, ids: [id] }];
  });
  const open = lines.flatMap(({ id, span }): TestLens[] => {
    const own = byLine.get(span.start) ?? [];
    if (own.length === 0 || statusOf(own) === "passed") return [];
    return [{ span, title: `run: ${statusOf(own) === "new" ? "expects nothing yet" : "failed"}`, ids: [id] }];
  });
  return [all, ...groups, ...open].sort((one, other) => one.span.start - other.span.start);
}

/** `: 3 passed, 1 failed`; nothing where nothing was run. */
function tally(lines: readonly TestItem[], byLine: ReadonlyMap<number, readonly TestResult[]>): string {
  const states = lines.flatMap(({ span }) => {
    const own = byLine.get(span.start);
    return own ? [statusOf(own)] : [];
  });
  const named = [
    ["passed", "passed"],
    ["failed", "failed"],
    ["new", "without an expectation"],
  ] as const;
  const parts = named.flatMap(([status, name]) => {
    const number = states.filter((state) => state === status).length;
    return number > 0 ? [`${number} ${name}`] : [];
  });
  return parts.length > 0 ? `: ${parts.join(", ")}` : "";
}

/** A line of text above a match rule of the configuration. */
export interface RuleLens<P> {
  readonly match: Match;
  readonly title: string;
  /** The lines of tests that reach the rule. */
  readonly places: readonly P[];
}

/** The results of a file of tests, and how to name a place in it. */
interface TestedFile<P> {
  readonly results: readonly TestResult[];
  readonly place: (span: Span) => P;
}

/** How many tests that pass reach each match rule of a document. */
export function ruleLenses<P>({ model, file }: View, tested: readonly TestedFile<P>[]): RuleLens<P>[] {
  const path = model.sources.files[file]?.path;
  const found = new Map<number, P[]>();
  for (const { results, place } of tested) {
    for (const own of resultsByLine(results).values()) {
      const matches = own.flatMap(({ smtpd, reached }) => {
        const { files } = smtpd.policy.model.sources;
        const spans = reached.flatMap(({ rules }) => rules).map(({ match }) => match.span);
        return spans.filter((span) => files[span.file]?.path === path).map(({ start }) => start);
      });
      const line = own[0]?.test.statement.span;
      for (const start of new Set(matches)) if (line) found.set(start, [...(found.get(start) ?? []), place(line)]);
    }
  }
  return testableRules({ model, file }).map((match) => {
    const places = found.get(match.span.start) ?? [];
    return { match, title: places.length === 0 ? "no test" : count(places.length, "test"), places };
  });
}

/** The match rules of a document above which there is such a line, if there are tests. */
export const testableRules = ({ model, file }: Pick<View, "model" | "file">): Match[] =>
  model.config.statements.filter(
    (statement): statement is Match => statement.kind === "match" && !statement.broken && statement.span.file === file,
  );
