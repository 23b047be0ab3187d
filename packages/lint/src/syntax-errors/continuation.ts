import {
  type Config,
  GrammarWalk,
  newestRelease,
  parse,
  type Release,
  type Span,
  type Statement,
  type Token,
  type UnexpectedToken,
} from "@smtpdlint/grammar";
import { countUntil, groupBy } from "@smtpdlint/model";
import { findOldWord } from "./old-syntax.ts";
import { nameOf, statementWords } from "./tokens.ts";

/** A line that was to go on in the next, and does not. */
export interface Continuation {
  /** From the backslash to the end of its line; the end of the line if there is none. */
  readonly span: Span;
  /** What is wrong: something behind the backslash, or that there is none. */
  readonly flaw: "blank" | "comment" | "missing";
}

/** So many tokens are read again to see what a line would be a part of: in a text that is no configuration, too many would be. */
const patience = 20_000;

/** Finds the statements that are cut in two because a line is not continued. */
export class Continuations {
  private patience = patience;
  private byFile: ReadonlyMap<number, readonly Statement[]> | undefined;
  /** What statements that continue others are meant to be, by their places. */
  private readonly whole = new Map<string, readonly Token[]>();

  constructor(
    private readonly config: Config,
    private readonly target: Release,
  ) {}

  /** The flaw that explains an unexpected token: at the end of its statement's line, or of the line above. */
  brokenAt(problem: UnexpectedToken): Continuation | undefined {
    if (this.patience <= 0) return undefined;
    return this.before(problem) ?? this.behind(problem);
  }

  /** For a statement that ends too early, where its next line would go on. */
  private behind({ tokens, at, found }: UnexpectedToken): Continuation | undefined {
    const last = tokens[at - 1];
    if (nameOf(found) !== "Newline" || !last || last.file !== found.file) return undefined;
    const text = this.textOf(found.file);
    const flaw = findFlaw(text, last, found.start);
    if (!flaw) return undefined;
    const newline = text.indexOf("\n", found.end);
    const line = text.slice(found.end, newline === -1 ? undefined : newline);
    const next = this.tokensOf(line);
    return this.goesOn(tokens.slice(0, at), next, flaw, /^[ \t]/.test(line)) ? flaw : undefined;
  }

  /** For a statement that is none, or no whole one, where it would go on that of the line above. */
  private before({ tokens, at }: UnexpectedToken): Continuation | undefined {
    const first = tokens[0] as Token;
    const text = this.textOf(first.file);
    const start = first.start === 0 ? 0 : text.lastIndexOf("\n", first.start - 1) + 1;
    const margin = text.slice(start, first.start);
    const above = start > 0 && /^[ \t]*$/.test(margin) ? this.statementBefore(first) : undefined;
    const flaw = above && findFlaw(text, above.span, start - 1);
    if (!above || !flaw) return undefined;
    const indented = margin !== "";
    const startsStatement = at > 1 || (at === 1 && nameOf(first) !== "Text");
    if (startsStatement && !indented && !above.broken) return undefined;
    if (nameOf(first) === "Text" && flaw.flaw === "missing" && !indented && !above.broken) return undefined;
    const before = this.whole.get(keyOf(above.span)) ?? this.tokensOf(text.slice(above.span.start, above.span.end));
    // Behind a backslash an indented line that is no statement is meant to go on, whatever is wrong with it besides.
    const isMeant = flaw.flaw !== "missing" && indented && !startsStatement;
    if (!isMeant && !this.goesOn(before, tokens, flaw, indented)) return undefined;
    this.whole.set(keyOf(first), [...before, ...tokens.slice(0, -1)]);
    return flaw;
  }

  /** True if a line can only be meant to go on the one before. */
  private goesOn(
    before: readonly Token[],
    tokens: readonly Token[],
    { flaw }: Continuation,
    indented: boolean,
  ): boolean {
    const [next, second] = tokens;
    // A macro, or an entry of a table.
    if (!next || (second && /^(Equals|Arrow)$/.test(nameOf(second)))) return false;
    if (flaw === "missing" && !indented && startsStatement(next)) return false;
    this.patience -= before.length;
    const walk = new GrammarWalk(this.target);
    return before.length > 0 && walk.acceptAll(before) === before.length && walk.accept(nameOf(next));
  }

  private textOf(file: number): string {
    return this.config.files[file]?.text ?? "";
  }

  private statementBefore({ file, start }: Token): Statement | undefined {
    this.byFile ??= groupBy(this.config.statements, ({ span }) => span.file);
    const statements = this.byFile.get(file) ?? [];
    return statements[countUntil(statements, (item) => item.span.start < start) - 1];
  }

  /** The tokens of a statement without the end of its line; what macros stand for is not known. */
  private tokensOf(text: string): readonly Token[] {
    this.patience -= text.length / 10;
    let found: readonly Token[] | undefined;
    if (this.patience > 0) {
      const onStatement = ({ tokens }: { readonly tokens: readonly Token[] }) => {
        found ??= tokens.slice(0, -1);
      };
      parse("", text, { target: this.target, onStatement });
    }
    return found ?? [];
  }
}

/** The blanks between a backslash and the end of the line that it was to continue. */
export function blanksBehindBackslash(text: string, { file, start }: Span): Continuation | undefined {
  let backslash = start - 1;
  while (text[backslash] === " " || text[backslash] === "\t") backslash--;
  const isFlawed = text[backslash] === "\\" && text[backslash - 1] !== "\\" && backslash < start - 1;
  return isFlawed ? { span: { file, start: backslash, end: start }, flaw: "blank" } : undefined;
}

/** True for a word that starts a statement, in some release or before 6.4. */
const startsStatement = ({ image }: Token) =>
  statementWords(newestRelease).includes(image) || findOldWord(image, true) !== undefined;

const keyOf = ({ file, start }: Span) => `${file}:${start}`;

/** What stands between a statement and the end of its line, in place of a backslash at the very end. */
function findFlaw(text: string, { file, end }: Span, newline: number): Continuation | undefined {
  if (text.indexOf("\n", end) !== newline) return undefined;
  const rest = text.slice(end, newline).replace(/\r$/, "");
  const hash = rest.indexOf("#");
  const bare = hash === -1 ? rest : rest.slice(0, hash);
  const backslash = bare.lastIndexOf("\\");
  if (backslash === -1) {
    return hash === -1 ? { span: { file, start: end, end }, flaw: "missing" } : undefined;
  }
  const isLast = backslash === rest.length - 1;
  // Two of them are a text.
  if (isLast || bare[backslash - 1] === "\\" || bare.slice(backslash + 1).trim() !== "") return undefined;
  const span = { file, start: end + backslash, end: end + rest.length };
  return { span, flaw: hash === -1 ? "blank" : "comment" };
}
