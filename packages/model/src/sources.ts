import {
  areAlternatives,
  type Config,
  type MacroUse,
  PLACEHOLDER,
  type Problem,
  type SourceFile,
  type Span,
  type Statement,
  type Text,
} from "@smtpdlint/grammar";
import { atEverything, atGaps, note } from "./looks.ts";
import { countUntil } from "./text/count-until.ts";

/** The texts of a configuration and of its tables: what stands where, and what could not be read. */
export class Sources {
  private macrosByPlace: Map<string, MacroUse> | undefined;
  private byFile: Map<number, Statement[]> | undefined;
  /** From this statement on, text that was not read may have defined anything. */
  private readonly incompleteFrom: number;

  constructor(
    private readonly all: readonly SourceFile[],
    private readonly config: Config,
    problems: readonly Problem[],
  ) {
    const { statements } = config;
    const unread = new Set(problems.filter(({ code }) => code === "include-failed").map(({ span }) => spanKey(span)));
    const gap = statements.find((item) => item.kind === "include" && item.path && unread.has(spanKey(item.path.span)));
    // A line of a placeholder may stand for any statements.
    const open = statements.find((item) => all[item.span.file]?.template?.text[item.span.start] === PLACEHOLDER);
    const isCut = problems.some(({ code }) => code === "too-much-macro-text");
    const cutFrom = isCut ? statements.length - 1 : Number.POSITIVE_INFINITY;
    this.incompleteFrom = Math.min(gap?.index ?? cutFrom, open?.index ?? Number.POSITIVE_INFINITY);
  }

  /** Configuration files and the files of tables, by their `FileId`. */
  get files(): readonly SourceFile[] {
    note(atEverything);
    return this.all;
  }

  /** True if a file is a template: then nobody knows which statements will stand in it together. */
  get isTemplate(): boolean {
    note(atGaps);
    return this.config.files.some(({ template }) => template !== undefined);
  }

  /** True if a template lets only one of two places into the file. */
  areAlternatives(one: Span, other: Span): boolean {
    note(atGaps);
    const template = this.all[one.file]?.template;
    return one.file === other.file && template !== undefined && areAlternatives(template, one.start, other.start);
  }

  /** True if a template is to put something in there. */
  hasPlaceholder(span: Span): boolean {
    return this.fileOf(span).template?.text.slice(span.start, span.end).includes(PLACEHOLDER) ?? false;
  }

  fileOf(span: Span): SourceFile {
    return this.files[span.file] as SourceFile;
  }

  /** The text as the author wrote it. */
  textAt(span: Span): string {
    return this.fileOf(span).text.slice(span.start, span.end);
  }

  /** What `pattern` finds in the text from the start of `span` on. */
  textAfter(span: Span, pattern: RegExp): string | undefined {
    return pattern.exec(this.fileOf(span).text.slice(span.start, span.start + 200))?.[0];
  }

  /** The macro whose text stands at `span`. */
  macroAt(span: Span): MacroUse | undefined {
    note(atEverything);
    this.macrosByPlace ??= new Map(this.config.macroUses.map((use) => [spanKey(use.reference), use]));
    return this.macrosByPlace.get(spanKey(span));
  }

  /** The span of a part of a text, by offsets in its value; all of it if escapes or a macro stand between the two. */
  spanWithin({ span, value, macro }: Text, start: number, end: number): Span {
    const offset = this.fileOf(span).text.indexOf(value, span.start);
    const isVerbatim = !macro && value !== "" && offset !== -1 && offset <= span.start + 1;
    if (!isVerbatim || offset + value.length > span.end) return span;
    // What is missing at the end is shown at the last character.
    const from = Math.min(offset + start, span.end - 1);
    return { file: span.file, start: from, end: Math.max(offset + end, from + 1) };
  }

  /** True if something before this statement could not be read. */
  isIncompleteAt(statement: Statement | undefined): boolean {
    note(atGaps);
    return (statement?.index ?? Number.POSITIVE_INFINITY) > this.incompleteFrom;
  }

  /** True if something before this place could not be read. */
  isIncompleteAtSpan(span: Span): boolean {
    note(atGaps);
    if (this.incompleteFrom === Number.POSITIVE_INFINITY) return false;
    note(atEverything);
    const statements = this.statementsIn(span.file);
    const statement = statements[countUntil(statements, (item) => item.span.end < span.start)];
    return this.isIncompleteAt(statement && statement.span.start <= span.start ? statement : undefined);
  }

  private statementsIn(file: number): readonly Statement[] {
    if (!this.byFile) {
      this.byFile = new Map(this.config.files.map(({ id }) => [id, []]));
      for (const statement of this.config.statements) this.byFile.get(statement.span.file)?.push(statement);
    }
    return this.byFile.get(file) ?? [];
  }
}

const spanKey = ({ file, start }: Span) => `${file}:${start}`;
