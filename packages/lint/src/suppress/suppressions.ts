import { type Edit, parse, type Release, type SourceFile, type Span, type Statement } from "@smtpdlint/grammar";
import { Candidates, countUntil, type Model } from "@smtpdlint/model";
import type { Diagnostic } from "../diagnostic.ts";
import type { Slip } from "../edits.ts";
import { type Directive, directivesIn, directivesInTable, type RuleName } from "./directives.ts";

/** What is wrong with the directives of a configuration; each is reported by a rule of its own. */
export type DirectiveProblem =
  | { readonly code: "malformed"; readonly span: Span; readonly message: string; readonly slip?: Slip }
  | { readonly code: "other-target"; readonly span: Span; readonly target: Release }
  | { readonly code: "unknown"; readonly span: Span; readonly id: string; readonly suggestion: string | undefined }
  | { readonly code: "unused"; readonly span: Span; readonly id: string; readonly removal: Edit }
  | { readonly code: "not-disabled"; readonly span: Span; readonly id: string; readonly removal: Edit };

/** Where the findings of one rule are not wanted: those that start from `from` to `to`, both included. */
interface Suppression {
  readonly rule: RuleName;
  readonly directive: Span;
  readonly file: number;
  readonly from: number;
  to: number;
  used: boolean;
}

/** The release that a file asks for: `# smtpdlint target=6.8`. */
export function targetIn(file: SourceFile): Release | undefined {
  return directivesIn(file).find((directive) => directive.kind === "target")?.release;
}

/** The same for a text that is not a part of a configuration yet. */
export const targetInText = (text: string): Release | undefined =>
  targetIn(parse("", text).config.files[0] as SourceFile);

/** The comments of a configuration, and of the tables' files, that suppress findings. */
export class Suppressions {
  /** By file and start. */
  private readonly all: Suppression[] = [];
  private readonly found: DirectiveProblem[] = [];
  private readonly known: ReadonlySet<string>;
  private readonly candidates: Candidates;

  /** `known` are the ids that can be suppressed; with `targetIsForced`, what files say about it does not matter. */
  constructor(
    private readonly model: Model,
    known: readonly string[],
    targetIsForced: boolean,
  ) {
    this.known = new Set(known);
    this.candidates = new Candidates(known);
    const configurations = model.config.files.length;
    for (const file of model.sources.files) {
      const directives = file.id < configurations ? directivesIn(file) : directivesInTable(file);
      for (const directive of directives) {
        const { kind, span } = directive;
        if (kind === "malformed") {
          const { message, slip } = directive;
          this.found.push({ code: "malformed", span, message, ...(slip && { slip }) });
        } else if (kind === "target" && !targetIsForced && directive.release !== model.target) {
          this.found.push({ code: "other-target", span, target: model.target });
        }
      }
      this.read(file, directives);
    }
    this.all.sort((a, b) => a.file - b.file || a.from - b.from);
  }

  /** The findings that are not suppressed; they must be sorted by file and start. */
  apply(diagnostics: readonly Diagnostic[]): Diagnostic[] {
    const key = (file: number, rule: string) => `${file} ${rule}`;
    let next = 0;
    /** How far the suppressions reach that have begun, and where findings start; by file and rule. */
    const reach = new Map<string, number>();
    const starts = new Map<string, number[]>();
    const kept = diagnostics.filter(({ rule, span: { file, start } }) => {
      for (;;) {
        const one = this.all[next];
        if (!one || one.file > file || (one.file === file && one.from > start)) break;
        const place = key(one.file, one.rule.id);
        reach.set(place, Math.max(reach.get(place) ?? 0, one.to));
        next++;
      }
      const place = key(file, rule);
      const known = starts.get(place);
      if (known) known.push(start);
      else starts.set(place, [start]);
      return start > (reach.get(place) ?? -1);
    });
    for (const one of this.all) {
      const places = starts.get(key(one.file, one.rule.id)) ?? [];
      const first = places[countUntil(places, (start) => start < one.from)];
      one.used ||= first !== undefined && first <= one.to;
    }
    return kept;
  }

  /**
   * What is wrong with the directives, after `apply`. What a suppression of a
   * rule is for that has not run, is not known, nor where something was not read.
   */
  problems(ran: ReadonlySet<string>): readonly DirectiveProblem[] {
    const suspects = this.all.filter(({ used, rule }) => !used && ran.has(rule.id));
    const unread = suspects.length > 0 ? this.unreadTables() : [];
    const isUnsure = ({ file, from, to }: Suppression) =>
      this.model.sources.isIncompleteAt(undefined) ||
      unread.some((span) => span.file === file && from <= span.start && span.start <= to);
    const unused = suspects.filter((one) => !isUnsure(one));
    return [
      ...this.found,
      ...unused.map(({ rule, directive }) => ({
        code: "unused" as const,
        ...rule,
        removal: this.removal(rule, directive),
      })),
    ];
  }

  private read(file: SourceFile, directives: readonly Directive[]): void {
    const statements = this.model.config.statements.filter(({ span }) => span.file === file.id);
    const open = new Map<string, Suppression>();
    const nextLine = lineFinder(file.text);
    for (const directive of directives) {
      if (directive.kind === "target" || directive.kind === "malformed") continue;
      const { span } = directive;
      for (const rule of directive.ids) {
        const begin = (from: number, to: number): Suppression => {
          const suppression = { rule, directive: span, file: file.id, from, to, used: false };
          this.all.push(suppression);
          return suppression;
        };
        if (!this.known.has(rule.id)) {
          this.found.push({ code: "unknown", ...rule, suggestion: this.candidates.nearest(rule.id) });
        } else if (directive.kind === "disable-next-line") {
          begin(span.end, endOfNext(file.text, span, statements, nextLine));
        } else if (directive.kind === "disable-line") {
          const isAlone = file.text.slice(file.text.lastIndexOf("\n", span.start) + 1, span.start).trim() === "";
          if (isAlone) this.found.push({ code: "malformed", span, message: aloneOnItsLine });
          else begin(startOfOwn(file.text, span, statements), endOfLine(file.text, span.end));
        } else if (directive.kind === "enable") {
          const disabled = open.get(rule.id);
          open.delete(rule.id);
          if (disabled) disabled.to = span.start;
          else this.found.push({ code: "not-disabled", ...rule, removal: this.removal(rule, span) });
        } else {
          // From the start of its line, so that the first line can suppress what is wrong with the file.
          const disabled = begin(file.text.lastIndexOf("\n", span.start) + 1, file.text.length);
          if (!open.has(rule.id)) open.set(rule.id, disabled);
        }
      }
    }
  }

  /** The places that mean a table whose file was not read. */
  private unreadTables(): Span[] {
    const { model } = this;
    const isUnread = (statement: Statement | undefined) =>
      statement?.kind === "table" && model.tables.declared(statement).kind === "unknown";
    return [
      ...model
        .statementsOf("table")
        .filter(isUnread)
        .map(({ span }) => span),
      ...model.symbols
        .referencesTo("table")
        .filter(({ name }) => isUnread(model.symbols.definitionsOf("table", name)[0]?.statement))
        .map(({ span }) => span),
    ];
  }

  /** Takes a rule out of its directive, or the directive out of the file if it has no other. */
  private removal({ span: { file, start, end } }: RuleName, directive: Span): Edit {
    const { text } = this.model.sources.fileOf(directive);
    const after = /^\s*,[ \t]*/.exec(text.slice(end, directive.end))?.[0];
    if (after !== undefined) return { span: { file, start, end: end + after.length }, text: "" };
    const before = text.slice(directive.start, start).trimEnd();
    if (before.endsWith(",")) return { span: { file, start: directive.start + before.length - 1, end }, text: "" };

    const lineStart = text.lastIndexOf("\n", directive.start) + 1;
    const first = lineStart + text.slice(lineStart, directive.start).trimEnd().length;
    const lineEnd = /^\r?\n/.exec(text.slice(directive.end, directive.end + 2))?.[0] ?? "";
    const last = directive.end + (first === lineStart ? lineEnd.length : 0);
    return { span: { file, start: first, end: last }, text: "" };
  }
}

/**
 * Where that ends which follows a comment: the next statement with its last
 * line; within a statement and in a table's file, the next line that is
 * neither blank nor a comment.
 */
function endOfNext(
  text: string,
  comment: Span,
  statements: readonly Statement[],
  nextLine: (from: number) => number,
): number {
  const next = statements[countUntil(statements, ({ span }) => span.end <= comment.start)];
  return next && next.span.start > comment.start ? endOfLine(text, next.span.end) : nextLine(comment.end);
}

const aloneOnItsLine = "nothing precedes it on its line; above a line use smtpdlint-disable-next-line";

/**
 * Where that starts which a comment stands behind: the statement that ends on
 * its line, with its first line; within a statement, the line.
 */
function startOfOwn(text: string, comment: Span, statements: readonly Statement[]): number {
  const line = text.lastIndexOf("\n", comment.start) + 1;
  const own = statements[countUntil(statements, ({ span }) => span.end <= comment.start) - 1];
  return own && own.span.end > line ? Math.min(line, own.span.start) : line;
}

/** Finds, for places that are asked for in order, the end of the next line that is neither blank nor a comment. */
function lineFinder(text: string): (from: number) => number {
  let start = 0;
  let end = 0;
  return (from) => {
    // Many comments may stand above one line.
    if (from < start) return end;
    end = endOfLine(text, from);
    while (end < text.length) {
      start = end + 1;
      end = endOfLine(text, start);
      const line = text.slice(start, end).trimStart();
      if (line !== "" && !line.startsWith("#")) return end;
    }
    start = text.length;
    return end;
  };
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf("\n", from);
  return newline === -1 ? text.length : newline;
}
