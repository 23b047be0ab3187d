import {
  type Expectation,
  findUse,
  GrammarWalk,
  parse,
  type ReadStatement,
  type Release,
  type Span,
  type Statement,
  type Token,
  type Use,
} from "@smtpdlint/grammar";
import type { Model } from "@smtpdlint/model";

/** A token of a statement, where it stands in the document, and which grammar rules may have taken it. */
export interface TakenToken {
  readonly token: Token;
  readonly span: Span;
  readonly rules: readonly string[];
}

/** What stands between the start of a statement and a place in it. */
export interface CursorContext {
  readonly file: number;
  /** Offset in the document at which `text` starts. */
  readonly start: number;
  readonly text: string;
  readonly tokens: readonly TakenToken[];
  /** As far as it is there; undefined at the start of a line. */
  readonly statement: Statement | undefined;
  /** What may come next. */
  readonly expected: readonly Expectation[];
  /** Where a quote opens that is not closed before the place. */
  readonly openQuote: number | undefined;
  /** What `$name` stands for here. */
  readonly macros: ReadonlyMap<string, string>;
}

/**
 * Reads the statement around a place up to that place, as `target` would. A
 * token that fits nowhere is read over, so that a slip does not hide the rest.
 */
export function readUpTo(model: Model, file: number, offset: number, target: Release = model.target): CursorContext {
  const text = model.sources.files[file]?.text ?? "";
  const start = statementStart(model, file, offset);
  const macros = macrosAt(model, indexAt(model, file, start));
  return readText(text.slice(start, offset), { file, start, target, macros });
}

interface Surroundings {
  readonly file: number;
  readonly start: number;
  readonly target: Release;
  readonly macros: ReadonlyMap<string, string>;
}

function readText(text: string, { file, start, target, macros }: Surroundings): CursorContext {
  let last: ReadStatement | undefined;
  let ends = false;
  const { problems } = parse("", text, { target, macros, onStatement: (read) => (last = read) });
  // smtpd makes up a line's end at the end of a file; any other ends the statement.
  if (last) ends = (last.tokens.at(-1) as Token).start < text.length;
  const here = ends ? undefined : last;
  const walk = new GrammarWalk(target);
  const written = (here?.tokens ?? []).filter((token) => token.start < text.length);
  const tokens = written.map((token) => {
    const name = token.tokenType.name;
    const rules = walk.expected().flatMap((item) => (item.token === name ? [item.rule] : []));
    walk.accept(name);
    return { token, span: { file, start: start + token.start, end: start + token.end }, rules };
  });
  const quote = problems.find(({ code, span }) => code === "unclosed-quote" && !text.slice(span.end).includes("\n"));
  return {
    file,
    start,
    text,
    tokens,
    statement: here?.statement,
    expected: walk.expected(),
    openQuote: quote && start + quote.span.start,
    macros,
  };
}

/** The same without what stands from `offset` on, and with `more` in its place. */
export function reread(reading: CursorContext, offset: number, target: Release, more = ""): CursorContext {
  const { file, start, text, macros } = reading;
  return readText(text.slice(0, offset - start) + more, { file, start, target, macros });
}

/** Where the last statement begins that begins before a place; the place itself if there is none. */
function statementStart({ config }: Model, file: number, offset: number): number {
  let start: number | undefined;
  for (const { span } of config.statements) {
    if (span.file === file && span.start < offset && span.start >= (start ?? 0)) start = span.start;
  }
  return start ?? offset;
}

/** The index that a statement at this place has, or would have: what is declared below it is in force. */
export function indexAt(model: Model, file: number, offset: number): number {
  const next = model.config.statements.find(({ span }) => span.file === file && span.start >= offset);
  if (next) return next.index;
  const includedAt = model.sources.files[file]?.includedAt;
  return includedAt ? indexAt(model, includedAt.file, includedAt.end) : Number.POSITIVE_INFINITY;
}

function macrosAt({ config }: Model, index: number): Map<string, string> {
  const macros = new Map<string, string>();
  for (const statement of config.statements) {
    if (statement.index >= index) break;
    if (statement.kind === "macro" && statement.value) macros.set(statement.name.value, statement.value.value);
  }
  return macros;
}

/** What the vocabulary says about a word where one of these grammar rules has taken it. */
export function useOf(word: string, rules: readonly string[]): Use | undefined {
  const compared = rules.includes("pkiOption") ? [...rules, "dheValue"] : rules;
  return compared.map((rule) => findUse(rule, word)).find((use) => use !== undefined);
}

/** Where the word or the id begins that ends at a place; a search backwards, since a line may be long. */
export function startOfWord(text: string, offset: number): number {
  let start = offset;
  while (/[\w-]/.test(text.charAt(start - 1))) start--;
  return start;
}
