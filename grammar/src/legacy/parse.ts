import { spanOf } from "../parser-base.ts";
import type { Problem } from "../problem.ts";
import { isNul, type Line, type SourceOptions, SourceReader } from "../reader.ts";
import { cover, type Span } from "../span.ts";
import { EndOfFile, Newline, Text, type Token } from "../tokens.ts";
import { sharedLegacyParser } from "./parser.ts";
import { keyword, keywords } from "./tokens.ts";
import type { Config, Statement } from "./tree.ts";
import { statementWords } from "./vocabulary.ts";

/** Why 6.0.3 does not take a file: what the lexer finds is the same in both languages. */
export type LegacyProblem =
  | Exclude<Problem, { code: "unexpected-token" }>
  | UnreadableStatement
  | OlderSyntax
  | ForbiddenLineBreak
  | UnfinishedLine;

/** No release before 6.4 can go on with this token; the statement is `unknown`. */
export interface UnreadableStatement {
  readonly code: "unreadable-statement";
  readonly span: Span;
  /** What stands there; empty at the end of a line. */
  readonly found: string;
}

/** A word or a construct of a release before 6.0.3. The statement is read. */
export interface OlderSyntax {
  readonly code: "older-syntax";
  readonly span: Span;
  readonly word: string;
  /** The last release that knows it. */
  readonly until: string;
}

/** In braces a line may end between two values, and nowhere else. The statement is read. */
export interface ForbiddenLineBreak {
  readonly code: "forbidden-line-break";
  readonly span: Span;
}

/** The last line has no newline. The statement is read. */
export interface UnfinishedLine {
  readonly code: "unfinished-line";
  readonly span: Span;
}

/** The tree of a file in the language before 6.4, and what 6.0.3 does not take of it. */
export interface LegacyParseResult {
  readonly config: Config;
  /** In the order in which smtpd would meet them. */
  readonly problems: readonly LegacyProblem[];
}

/**
 * Reads a configuration in the language before 6.4, with all that it includes.
 * Never fails: a line that cannot be read is an unknown statement, and all
 * others are read.
 */
export function parse(path: string, text: string, options: SourceOptions = {}): LegacyParseResult {
  return new LegacyReader(path, text, options).read();
}

const dialect = { keywords, endsLastLine: false, unescapesBlanks: false };
const statementStarts = new Set(statementWords.map(keyword));

class LegacyReader extends SourceReader {
  private readonly statements: Statement[] = [];
  private readonly found: LegacyProblem[] = [];

  constructor(path: string, text: string, options: SourceOptions) {
    super(path, text, options, dialect, statementStarts);
  }

  read(): LegacyParseResult {
    for (;;) {
      const token = this.next();
      if (token.tokenType === Newline) continue;
      if (token.tokenType === EndOfFile) {
        if (isNul(token)) this.problems.push({ code: "nul-byte", span: spanOf(token), refused: false });
        break;
      }
      this.readStatement(token);
    }
    this.takeLexical();
    this.findLaterMacros();
    const { files, statements, macroUses, found } = this;
    return { config: { kind: "legacy-config", files, statements, macroUses }, problems: found };
  }

  private readStatement(first: Token): void {
    const line = this.readLine(first);
    const lexical = this.takeLexical();
    const before = this.found.length - lexical;
    const end = line.tokens[line.tokens.length - 1] as Token;
    const { tokens, lineBreaks } = withoutLineBreaks(line.tokens.slice(0, -1));
    const { node, misfit, older } = sharedLegacyParser().read(tokens);
    for (const token of lineBreaks) this.found.push({ code: "forbidden-line-break", span: spanOf(token) });
    for (const { span, word, until } of older) this.found.push({ code: "older-syntax", span, word, until });
    // What the lexer has found explains why the line cannot be read.
    if (misfit !== undefined && lexical === 0) {
      // After a value in braces the line may end, and the next one does not go on.
      const isCut = line.cutBy && tokens[tokens.length - 1]?.tokenType === Text;
      this.found.push(unreadable(tokens[misfit] ?? (isCut ? line.cutBy : undefined) ?? end));
    }
    if (node && isUnfinished(line)) this.found.push({ code: "unfinished-line", span: spanOf(end) });
    const statement = {
      ...(node ?? { kind: "unknown" }),
      span: cover(first, tokens[tokens.length - 1] as Token),
      index: this.statements.length,
      broken: this.found.length > before,
    } as Statement;
    this.statements.push(statement);
    if (statement.kind === "include" && statement.path && !statement.path.faulty) {
      const file = this.include(statement.path);
      if (file !== undefined) this.statements[statement.index] = { ...statement, file };
      this.takeLexical();
    }
  }

  /** Moves what the lexer has found to the rest; returns how much it was. */
  private takeLexical(): number {
    const taken = this.problems.splice(0) as LegacyProblem[];
    for (const problem of taken) this.found.push(problem);
    return taken.length;
  }
}

const isUnfinished = ({ cutBy }: Line) => cutBy?.tokenType === EndOfFile && !isNul(cutBy);

const unreadable = (token: Token): UnreadableStatement => ({
  code: "unreadable-statement",
  span: spanOf(token),
  found: token.tokenType === Newline ? "" : token.image,
});

/** The tokens without the ends of lines within braces, and those of them that 6.0.3 does not take. */
function withoutLineBreaks(all: readonly Token[]): { tokens: Token[]; lineBreaks: Token[] } {
  const tokens = all.filter(({ tokenType }) => tokenType !== Newline);
  const lineBreaks: Token[] = [];
  let before: Token | undefined;
  for (const [at, token] of all.entries()) {
    if (token.tokenType !== Newline) before = token;
    else if (all[at - 1]?.tokenType !== Newline) {
      const after = all.slice(at).find(({ tokenType }) => tokenType !== Newline);
      const isBetweenValues = before?.tokenType === Text && after?.tokenType === Text;
      if (!isBetweenValues) lineBreaks.push(token);
    }
  }
  return { tokens, lineBreaks };
}
