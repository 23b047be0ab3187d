import { applyEdits, type SourceFile, type Span } from "@smtpdlint/grammar";
import { groupBy, type Host, type Model } from "@smtpdlint/model";
import { type Diagnostic, isRefusal } from "../diagnostic.ts";
import type { FileChange, FixOptions } from "../fix.ts";
import { type Analysis, abridge, analyseWhole } from "../lint.ts";
import { overlay } from "../overlay.ts";
import { rules } from "../rules/index.ts";
import { rule as unusedSuppression } from "../rules/suppressions/unused-suppression.ts";

/** A configuration with a comment above each statement that has findings. */
export interface Suppressed {
  readonly changes: readonly FileChange[];
  /** How many findings of a rule are suppressed now. */
  readonly counts: ReadonlyMap<string, number>;
  /** Of the texts as they are after the change. */
  readonly analysis: Analysis;
}

/** What stands in the comments in place of a reason, so that they can be counted and looked at one by one. */
const reason = "baseline";

/**
 * Suppresses what is found today, so that only what is new is reported from now
 * on. What smtpd refuses is not suppressed, since it has to be fixed, nor what
 * no comment covers. Writes nothing: the caller gets the new texts.
 */
export function suppressAll(path: string, text: string, host: Host, options: FixOptions = {}): Suppressed {
  const { wants = () => true, mayEdit = () => true } = options;
  const before = analyseWhole(path, text, host, options);
  const { files } = before.model.sources;
  const pathOf = ({ span }: Diagnostic) => (files[span.file] as SourceFile).path;
  let chosen = before.diagnostics.filter(
    (diagnostic) => isSuppressible(diagnostic) && wants(diagnostic) && mayEdit(pathOf(diagnostic)),
  );
  for (;;) {
    const commented = withComments(before.model, chosen);
    const texts = new Map([...commented].map(([name, comments]) => [name, comments.text]));
    const after = analyseWhole(path, texts.get(path) ?? text, overlay(host, texts), options);
    // A comment that covers nothing is not written, and none that makes things worse.
    const isUseless = isUselessIn(after, commented);
    const kept =
      countRefused(after) > countRefused(before)
        ? []
        : chosen.filter((item) => !isUseless(pathOf(item), commentPlace(before.model, item.span), item.rule));
    if (kept.length < chosen.length) {
      chosen = kept;
      continue;
    }
    const changes = [...commented].map(([name, comments]) => ({
      path: name,
      before: comments.old,
      after: comments.text,
    }));
    return { changes, counts: countSuppressed(before, after), analysis: abridge(after) };
  }
}

/** Findings by rule that there are no more. */
function countSuppressed(before: Analysis, after: Analysis): ReadonlyMap<string, number> {
  const left = groupBy(after.diagnostics, ({ rule }) => rule);
  const found = groupBy(before.diagnostics.filter(isSuppressible), ({ rule }) => rule);
  const counts = [...found].map(([rule, all]) => [rule, all.length - (left.get(rule)?.length ?? 0)] as const);
  return new Map(counts.filter(([, count]) => count > 0));
}

/** Says of the comment for a rule at a place of the old text whether it suppresses nothing. */
function isUselessIn(after: Analysis, commented: ReadonlyMap<string, Commented>) {
  const useless = new Set<string>();
  const { files } = after.model.sources;
  for (const { rule, span } of after.diagnostics) {
    if (rule !== unusedSuppression.meta.id) continue;
    const { path, text } = files[span.file] as SourceFile;
    const at = commented.get(path)?.places.get(text.lastIndexOf("\n", span.start) + 1);
    if (at !== undefined) useless.add(JSON.stringify([path, at, text.slice(span.start, span.end)]));
  }
  return (path: string, at: number, rule: string) => useless.has(JSON.stringify([path, at, rule]));
}

/** The rules about the comments themselves. */
const ofComments = new Set(rules.filter(({ directives }) => directives).map(({ meta }) => meta.id));

const isSuppressible = ({ category, rule }: Diagnostic) =>
  category !== "refused" && category !== "internal" && !ofComments.has(rule);

const countRefused = ({ diagnostics }: Analysis) => diagnostics.filter(isRefusal).length;

/** A text with comments. */
interface Commented {
  readonly old: string;
  readonly text: string;
  /** Where each comment's line starts, and the place in the old text at which it was put. */
  readonly places: ReadonlyMap<number, number>;
}

/** The texts, by path, with one comment above each statement for all of its findings. */
function withComments(model: Model, diagnostics: readonly Diagnostic[]): ReadonlyMap<string, Commented> {
  const { files } = model.sources;
  const texts = new Map<string, Commented>();
  for (const [path, ofFile] of groupBy(diagnostics, ({ span }) => (files[span.file] as SourceFile).path)) {
    const { id, text: old } = files.find((file) => file.path === path) as SourceFile;
    const byPlace = groupBy(ofFile, ({ span }) => commentPlace(model, span));
    const edits = [...byPlace].map(([at, found]) => ({
      span: { file: id, start: at, end: at },
      text: commentFor(found, old, at, id < model.config.files.length),
    }));
    const places = new Map<number, number>();
    let shift = 0;
    for (const { span, text } of edits.toSorted((a, b) => a.span.start - b.span.start)) {
      places.set(span.start + shift, span.start);
      shift += text.length;
    }
    texts.set(path, { old, text: applyEdits(old, edits), places });
  }
  return texts;
}

/** A line with a comment, ended as the line at a place is, and in a configuration indented so. */
function commentFor(found: readonly Diagnostic[], text: string, at: number, isConfiguration: boolean): string {
  const newline = text.indexOf("\n", at);
  const [blanks = ""] = /^[ \t]*/.exec(text.slice(at, newline === -1 ? undefined : newline)) ?? [];
  const indent = isConfiguration ? blanks : "";
  const ids = [...new Set(found.map(({ rule }) => rule))].sort().join(", ");
  return `${indent}# smtpdlint-disable-next-line ${ids} -- ${reason}${text[newline - 1] === "\r" ? "\r\n" : "\n"}`;
}

/**
 * Where a comment has to stand to suppress what is found at a place: at the
 * start of the first line of the statement, since no continuation line can have
 * a comment above it.
 */
export function commentPlace(model: Model, { file, start }: Span): number {
  const text = model.sources.files[file]?.text ?? "";
  const statement = model.config.statements.find(
    ({ span }) => span.file === file && span.start <= start && start <= span.end,
  );
  let line = text.lastIndexOf("\n", (statement?.span.start ?? start) - 1) + 1;
  // A comment goes on behind a backslash, and would take in another one below it.
  while (/\\\r?$/.test(text.slice(Math.max(0, line - 3), Math.max(0, line - 1))))
    line = text.lastIndexOf("\n", line - 2) + 1;
  // A byte-order mark stays what the file begins with.
  return line === 0 && text.startsWith("\ufeff") ? 1 : line;
}
