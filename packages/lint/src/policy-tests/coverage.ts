import { type Action, lineColumn, lineStarts, type Match, type Statement } from "@smtpdlint/grammar";
import { type Smtpd, unreachableRules } from "@smtpdlint/policy";
import type { TestResult } from "./run.ts";

/** A statement that has a say in what becomes of messages. */
export interface CoveredStatement {
  readonly kind: "match rule" | "action" | "filter" | "listener";
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** Its first line, as it stands there. */
  readonly text: string;
  /** How many passing tests reach it. */
  readonly count: number;
}

/**
 * Which statements of a configuration the passing tests reach, for all releases
 * together, in the order of the text. Match rules that get no message are left
 * out. A filter is reached where it does something, a program where it is asked.
 */
export function coverageOf(machines: readonly Smtpd[], results: readonly TestResult[]): readonly CoveredStatement[] {
  const found = new Map<string, CoveredStatement>();
  for (const smtpd of machines) {
    const { model } = smtpd.policy;
    const own = results.filter((result) => result.smtpd === smtpd);
    const counts = countReached(own, (match) => model.symbols.actionOf(match));
    const files = model.sources.files.map(({ path, text }) => ({ path, text, starts: lineStarts(text) }));
    const add = (kind: CoveredStatement["kind"], { span }: Statement, count: number) => {
      const file = files[span.file];
      if (!file) return;
      const { line } = lineColumn(file.starts, span.start);
      const text = file.text.slice(file.starts[line - 1], file.starts[line] ?? file.text.length).trim();
      const key = `${span.file} ${span.start}`;
      found.set(key, { kind, path: file.path, line, text, count: count + (found.get(key)?.count ?? 0) });
    };
    const unreachable = unreachableRules(smtpd.policy);
    for (const statement of model.config.statements) {
      const kind = kindOf(statement);
      const isIdle = statement.kind === "match" && unreachable.has(statement);
      if (kind && !isIdle) add(kind, statement, counts.get(statement) ?? 0);
    }
  }
  return [...found.values()];
}

/** Undefined for what has no say; a chain of filters is no filter of its own. */
function kindOf(statement: Statement): CoveredStatement["kind"] | undefined {
  switch (statement.kind) {
    case "match":
      return "match rule";
    case "action":
      return "action";
    case "filter":
      return statement.chain === undefined ? "filter" : undefined;
    case "listen":
      return "listener";
    default:
      return undefined;
  }
}

/** How many passing tests reach a statement. */
function countReached(
  results: readonly TestResult[],
  actionOf: (match: Match) => Action | undefined,
): ReadonlyMap<Statement, number> {
  const counts = new Map<Statement, number>();
  for (const { status, scenario, reached } of results) {
    if (status !== "passed") continue;
    const its = new Set<Statement>();
    for (const { listener, rules, filters } of reached) {
      if (listener) its.add(listener);
      for (const { match } of rules) {
        const action = actionOf(match);
        its.add(match);
        if (action) its.add(action);
      }
      for (const { filter } of filters) its.add(filter);
    }
    for (const filter of scenario?.connection.listener.filters ?? []) if (!filter.phase) its.add(filter);
    for (const item of its) counts.set(item, (counts.get(item) ?? 0) + 1);
  }
  return counts;
}
