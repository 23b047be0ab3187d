import type { Text as TextNode } from "./ast.ts";
import { type Dialect, Lexer, type MacroValue } from "./lexer.ts";
import { spanOf } from "./parser-base.ts";
import type { Problem, ReadFailure } from "./problem.ts";
import type { SourceFile } from "./source.ts";
import type { Span } from "./span.ts";
import { readTemplate } from "./template.ts";
import {
  EndOfFile,
  Equals,
  keyword,
  LBrace,
  LexedToken,
  type MacroUse,
  Newline,
  RBrace,
  Text,
  type Token,
} from "./tokens.ts";

/** What an `include` leads to; `path` is the name by which the file is known from then on. */
export type IncludeResult =
  | { readonly path: string; readonly text: string }
  | { readonly path: string; readonly failure: ReadFailure };

/** What a configuration of either language is read with; without any, no include is found. */
export interface SourceOptions {
  /** Finds the file of an `include`: the path as written, and the file that includes it. */
  readonly include?: (path: string, from: SourceFile) => IncludeResult;
  /** Macros from outside, as by `smtpd -D name=value`; they win over those of the file. */
  readonly macros?: ReadonlyMap<string, string>;
}

/** The tokens of one statement. */
export interface Line {
  /** The end of the line is the last. */
  readonly tokens: Token[];
  /** What ended the statement within braces, a keyword or the end of the file, or an end of the file before that of the line. */
  readonly cutBy: Token | undefined;
}

/**
 * Reads the files of a configuration statement by statement: what the
 * languages before and since 6.4 have in common.
 */
export abstract class SourceReader {
  protected readonly files: SourceFile[] = [];
  protected readonly problems: Problem[] = [];
  protected readonly macros = new Map<string, MacroValue>();
  protected readonly macroUses: MacroUse[] = [];
  protected readonly lexer: Lexer;
  private ahead: Token | undefined;

  constructor(
    path: string,
    text: string,
    private readonly source: SourceOptions,
    private readonly dialect: Dialect,
    /** Keywords that only a statement can start with: they end one whose brace is not closed. */
    private readonly statementStarts: ReadonlySet<Token["tokenType"]>,
  ) {
    for (const [name, value] of source.macros ?? []) this.macros.set(name, { text: value, definition: undefined });
    const main = this.addFile(path, text, undefined);
    const find = (name: string) => this.macros.get(name);
    this.lexer = new Lexer(main, dialect, find, this.problems, this.macroUses);
  }

  private addFile(path: string, text: string, includedAt: Span | undefined): SourceFile {
    const template = readTemplate(path, text);
    const file: SourceFile = { id: this.files.length, path, text, template, includedAt, comments: [] };
    this.files.push(file);
    return file;
  }

  protected next(): Token {
    const token = this.ahead ?? this.lexer.next();
    this.ahead = undefined;
    return token;
  }

  /**
   * Collects the tokens of a statement. Macros come into force, and includes
   * end their statement, at their last token, as in parse.y.
   */
  protected readLine(first: Token): Line {
    const tokens = [first];
    let depth = 0;
    for (;;) {
      const token = this.next();
      if (token.tokenType === EndOfFile) {
        if (isNul(token)) this.problems.push({ code: "nul-byte", span: spanOf(token), refused: true });
        tokens.push(endOfLine(token));
        return { tokens, cutBy: token };
      }
      tokens.push(token);
      if (token.tokenType === LBrace) depth++;
      else if (token.tokenType === RBrace) depth = Math.max(0, depth - 1);
      else if (token.tokenType === Newline) {
        if (depth === 0) return { tokens, cutBy: undefined };
        this.ahead = this.lexer.next();
        if (this.statementStarts.has(this.ahead.tokenType)) return { tokens, cutBy: this.ahead };
      } else if (tokens.length === 2 && first.tokenType === includeKeyword && token.tokenType === Text) {
        tokens.push(endOfLine(token));
        return { tokens, cutBy: undefined };
      } else if (tokens.length === 3) {
        this.defineMacro(tokens);
      }
    }
  }

  private defineMacro([name, equals, value]: readonly Token[]): void {
    // A reserved word as the name is a mistake, but not one that its uses should repeat.
    const isName = name?.tokenType === Text || this.dialect.keywords.has(name?.image ?? "");
    if (!name || !isName || equals?.tokenType !== Equals || value?.tokenType !== Text) return;
    // parse.y looks at the second character first.
    if (/[ \t\n\v\f\r]/.test(name.image.slice(1))) {
      this.problems.push({ code: "macro-name-with-blank", span: spanOf(name), name: name.image });
    } else this.define(name.image, { text: value.image, definition: spanOf(value) });
  }

  /** Brings a macro into force, unless one from outside has its name. */
  protected define(name: string, value: MacroValue): void {
    if (!this.source.macros?.has(name)) this.macros.set(name, value);
  }

  /** Reads the file of an `include`; returns its number. */
  protected include(path: TextNode): number | undefined {
    const { span, value } = path;
    const from = this.files[span.file] as SourceFile;
    const result = this.source.include?.(value, from) ?? { path: value, failure: "not-looked-for" };
    if ("failure" in result) {
      this.problems.push({ code: "include-failed", span, path: result.path, reason: result.failure });
    } else if (this.lexer.isReading(result.path)) {
      this.problems.push({ code: "include-loop", span, path: result.path });
    } else {
      const file = this.addFile(result.path, result.text, span);
      this.lexer.enter(file);
      return file.id;
    }
    return undefined;
  }

  protected findLaterMacros(): void {
    for (const problem of this.problems) {
      if (problem.code === "undefined-macro") {
        problem.definedLater = this.macros.get(problem.name)?.definition;
      }
    }
  }
}

const includeKeyword = keyword("include");

export const isNul = (token: Token): boolean => token.image === "\0";

/** The end of line that smtpd's lexer makes up. */
const endOfLine = (after: Token): Token => new LexedToken(Newline, "\n", after.file, after.end, after.end);
