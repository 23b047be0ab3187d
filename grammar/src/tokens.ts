import { createToken, EOF, type IToken, type TokenType } from "chevrotain";
import type { Release } from "./release.ts";
import type { Span } from "./span.ts";
import { isReserved, vocabulary } from "./vocabulary.ts";

/**
 * The token types. They have no patterns: `lexer.ts` reads words as smtpd
 * does and looks them up here.
 */

const type = (name: string, label: string): TokenType => createToken({ name, label });

/** A word that is no keyword, or any quoted text; both are STRING in parse.y. */
export const Text = type("Text", "text");
export const NumberToken = type("Number", "number");
export const Newline = type("Newline", "end of line");
export const LBrace = type("LBrace", "{");
export const RBrace = type("RBrace", "}");
export const Less = type("Less", "<");
export const Greater = type("Greater", ">");
export const Bang = type("Bang", "!");
export const Equals = type("Equals", "=");
export const Arrow = type("Arrow", "=>");
export const Comma = type("Comma", ",");
/** A character that starts no token of the language. */
export const Stray = type("Stray", "character");
export const EndOfFile = EOF;

/** Keyword token types by their word. */
export const keywords: ReadonlyMap<string, TokenType> = new Map(
  vocabulary.filter((entry) => entry.reserved).map((entry) => [entry.word, type(entry.word, entry.word)]),
);

/** The token type of a keyword; throws if the vocabulary does not have it. */
export function keyword(word: string): TokenType {
  const found = keywords.get(word);
  if (!found) throw new Error(`no such keyword: ${word}`);
  return found;
}

/** The keywords that `target` reserves, for the lexer's look-up. */
export function keywordsOf(target: Release): ReadonlyMap<string, TokenType> {
  let table = keywordTables.get(target);
  if (!table) {
    table = new Map([...keywords].filter(([word]) => isReserved(word, target)));
    keywordTables.set(target, table);
  }
  return table;
}
const keywordTables = new Map<Release, ReadonlyMap<string, TokenType>>();

export const punctuation: ReadonlyMap<string, TokenType> = new Map([
  ["{", LBrace],
  ["}", RBrace],
  ["<", Less],
  [">", Greater],
  ["!", Bang],
  [",", Comma],
]);

export const allTokens: TokenType[] = [
  Text,
  NumberToken,
  Newline,
  LBrace,
  RBrace,
  Less,
  Greater,
  Bang,
  Equals,
  Arrow,
  Comma,
  Stray,
  ...keywords.values(),
];

/** Where a macro's text came from. */
export interface MacroUse {
  readonly name: string;
  /** `$name` where it was used. */
  readonly reference: Span;
  /** The value in the definition; undefined for one given from outside (`-D`) or not defined. */
  readonly definition: Span | undefined;
}

/** A token of the expanded text. */
export interface Token extends IToken, Span {
  /** Decoded text: without quotes and escapes. */
  readonly image: string;
  /** The quote character, or "" for anything unquoted. */
  readonly quote: "" | '"' | "'";
  /** Set if the token, or a part of it, came from a macro. */
  readonly macro: MacroUse | undefined;
  /** The text is not what smtpd would see: undefined macro, text that needs quotes, too long. */
  readonly faulty: boolean;
}

/**
 * Makes a token. One class keeps the objects alike, which the parser's speed
 * depends on; `startOffset` and `endOffset` are Chevrotain's names and unused.
 */
export class LexedToken implements Token {
  readonly tokenTypeIdx: number;
  readonly startOffset: number;
  constructor(
    readonly tokenType: TokenType,
    readonly image: string,
    readonly file: number,
    readonly start: number,
    readonly end: number,
    readonly quote: "" | '"' | "'" = "",
    readonly macro: MacroUse | undefined = undefined,
    readonly faulty: boolean = false,
  ) {
    this.tokenTypeIdx = tokenType.tokenTypeIdx as number;
    this.startOffset = start;
  }
}

/** The token as it would be in quotes. */
export const quoted = ({ image, file, start, end, macro, faulty }: Token): Token =>
  new LexedToken(Text, image, file, start, end, '"', macro, faulty);
