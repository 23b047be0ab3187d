import type { Config, Statement } from "./ast.ts";
import { GrammarWalk } from "./expected.ts";
import type { MacroValue } from "./lexer.ts";
import { sharedParser } from "./parser.ts";
import { spanOf } from "./parser-base.ts";
import type { Problem } from "./problem.ts";
import { isNul, type Line, type SourceOptions, SourceReader } from "./reader.ts";
import { isAlive, newestRelease, type Release } from "./release.ts";
import { Unchanged } from "./reuse.ts";
import { cover } from "./span.ts";
import { hasTagWithin, PLACEHOLDER } from "./template.ts";
import { EndOfFile, keywords, keywordsOf, Newline, type Token } from "./tokens.ts";
import { findUse, vocabulary } from "./vocabulary.ts";

/** How a configuration is read; without any, as the newest release reads it, and no include is found. */
export interface ParseOptions extends SourceOptions {
  readonly target?: Release;
  /**
   * What an earlier text of the same file was read as, with the same options:
   * statements that an edit has not touched are taken over instead of read. The
   * earlier tree is not changed. Those that have moved work their parts out when
   * one is asked for, by accessors that `for … in` finds and a spread does not.
   */
  readonly previous?: Config | undefined;
  /** Is told each statement as it is read, with what the tree does not keep. */
  readonly onStatement?: (read: ReadStatement) => void;
  /** True if `onStatement` is all that the caller wants: the tree stays without statements, which take most of the memory. */
  readonly discards?: boolean;
}

/** A statement as it was read, for `ParseOptions.onStatement`. */
export interface ReadStatement {
  readonly statement: Statement;
  /** The end of the line is the last. */
  readonly tokens: readonly Token[];
  /** False if the grammar does not take the tokens. */
  readonly valid: boolean;
  readonly problems: readonly Problem[];
}

/** The tree of a configuration, and what is wrong with its syntax. */
export interface ParseResult {
  readonly config: Config;
  /** In the order in which smtpd would meet them. */
  readonly problems: readonly Problem[];
}

/**
 * Reads a configuration with all that it includes. Never fails: whatever the
 * text is, there is a tree, and a problem for every mistake.
 *
 * A statement ends at the end of its line, as in smtpd, so that a mistake
 * costs one statement; braces may hold lines, up to a keyword that only a
 * statement can start with.
 */
export function parse(path: string, text: string, options: ParseOptions = {}): ParseResult {
  return new Reader(path, text, options).read();
}

const statementStarts = new Set(
  [...keywords.values()].filter((type) => findUse(`${type.name}Statement`, type.name) !== undefined),
);

/** After so many it is clear that this is no configuration, and each more takes memory. */
const mostProblems = 100_000;

class Reader extends SourceReader {
  private readonly statements: Statement[] = [];
  private readonly unchanged: Unchanged | undefined;
  /** True if the target does not know all that the parser takes. */
  private readonly mayBeTooNew: boolean;

  constructor(
    path: string,
    text: string,
    private readonly options: ParseOptions,
  ) {
    const target = options.target ?? newestRelease;
    const dialect = { keywords: keywordsOf(target), endsLastLine: true, unescapesBlanks: true };
    super(path, text, options, dialect, statementStarts);
    this.mayBeTooNew = vocabulary.some(({ uses }) => uses.some((use) => !isAlive(use, target)));
    // In a template an edit can change how all that follows is read.
    if (options.previous && !this.files[0]?.template && !options.previous.files[0]?.template)
      this.unchanged = new Unchanged(options.previous, text);
  }

  read(): ParseResult {
    for (;;) {
      const problemsBefore = this.problems.length;
      const token = this.next();
      if (token.tokenType === Newline) continue;
      if (token.tokenType === EndOfFile) {
        if (isNul(token)) this.problems.push({ code: "nul-byte", span: spanOf(token), refused: false });
        break;
      }
      if (this.problems.length > problemsBefore || !this.reuse(token)) this.readStatement(token, problemsBefore);
    }
    this.findLaterMacros();
    const { files, statements, macroUses, problems } = this;
    const isEdited = this.options.previous !== undefined;
    return { config: { kind: "config", files, statements, macroUses, isEdited }, problems };
  }

  /** Takes the statement that `first` starts, and what follows it, from the earlier tree; false if it has to be read. */
  private reuse(first: Token): boolean {
    if (!this.unchanged || !this.lexer.canSkip(first)) return false;
    const { statements, macroUses, macros } = this;
    const comments = this.files[0]?.comments ?? [];
    const define = (name: string, value: MacroValue) => this.define(name, value);
    const taken = this.unchanged.take(first, { statements, comments, macroUses, macros, define }, this.lexer.room);
    if (taken) this.lexer.skip(taken.end, taken.expanded);
    return taken !== undefined;
  }

  private readStatement(first: Token, problemsBefore: number): void {
    const line = this.readLine(first);
    const { tokens } = line;
    const { node, valid } = sharedParser().read(tokens);
    const isSaid = this.problems.length >= mostProblems;
    const isOpen = tokens.some(isPlaceholder);
    if ((!valid || this.mayBeTooNew) && !isSaid) this.explain(line, problemsBefore, valid);
    node.span = cover(first, tokens[tokens.length - 2] as Token);
    node.index = this.statements.length;
    node.broken = this.problems.length > problemsBefore || ((isSaid || isOpen) && !valid) || this.hasTag(tokens);
    const statement = node as Statement;
    if (!this.options.discards) this.statements.push(statement);
    this.options.onStatement?.({ statement, tokens, valid, problems: this.problems.slice(problemsBefore) });
    if (node.kind === "include" && node.path && !node.path.faulty) node.file = this.include(node.path);
  }

  /**
   * Says what is wrong with a statement that the parser, or a parser of the
   * target release, could not read whole.
   * One mistake is one problem: what the lexer has found before the token that
   * does not fit explains it; what it has found after is not the first mistake.
   */
  private explain({ tokens, cutBy }: Line, problemsBefore: number, valid: boolean): void {
    const walk = new GrammarWalk(this.options.target);
    const at = walk.acceptAll(tokens);
    if (valid && at === tokens.length) return;
    const found = tokens[at] ?? cutBy;
    if (!found) throw new Error("the parser refused what the grammar takes");
    const lexical = this.problems.splice(problemsBefore);
    const isCause = ({ code, span }: Problem) =>
      code === "unquoted-text" ? span.start < found.start : code !== "byte-order-mark" && span.start <= found.start;
    const isAside = ({ code }: Problem) => code === "carriage-return" || code === "byte-order-mark";
    const isExplained = lexical.some((problem) => !isAside(problem) && isCause(problem));
    // One by one: there may be more than arguments fit into a call.
    for (const problem of isExplained ? lexical : lexical.filter(isAside)) this.problems.push(problem);
    // What a template puts in may be any number of words.
    if (isExplained || tokens.slice(0, at + 1).some(isPlaceholder) || this.hasTag(tokens)) return;
    const expected = walk.expected().map(({ token, rule }) => ({ token, rule }));
    this.problems.push({ code: "unexpected-token", span: spanOf(found), tokens, at, found, expected });
  }

  /** True if a tag of a template stands within the statement: then some of its words may be missing. */
  private hasTag(tokens: readonly Token[]): boolean {
    const [first] = tokens;
    const last = tokens[tokens.length - 2];
    const template = this.files[first?.file ?? 0]?.template;
    return template !== undefined && hasTagWithin(template, first?.start ?? 0, last?.end ?? 0);
  }
}

const isPlaceholder = ({ image, faulty }: Token) => faulty && image.includes(PLACEHOLDER);
