import type { Expectation } from "./expected.ts";
import type { Span } from "./span.ts";
import type { Token } from "./tokens.ts";

/**
 * What lexer, expander and parser found. Every one of them makes smtpd refuse
 * the file, but for what nobody has read: an include, or the rest of a file
 * whose macros stand for too much.
 * The words for people are made in `analysis`.
 */
export type Problem =
  | UnexpectedToken
  | UndefinedMacro
  | TextTooLong
  | TooMuchMacroText
  | NumberOutOfRange
  | UnclosedQuote
  | NulByte
  | UnquotedText
  | CarriageReturn
  | ByteOrderMark
  | MacroNameWithBlank
  | IncludeFailed
  | IncludeLoop;

/** The parser cannot go on with this token: yacc's `syntax error`. */
export interface UnexpectedToken {
  readonly code: "unexpected-token";
  readonly span: Span;
  /** The statement's tokens; the last is its end of line. */
  readonly tokens: readonly Token[];
  /** Number of the offending token in `tokens`; their length for one that follows the statement. */
  readonly at: number;
  readonly found: Token;
  /** What could have stood there. */
  readonly expected: readonly Expectation[];
}

/** `$NAME` of no macro. */
export interface UndefinedMacro {
  readonly code: "undefined-macro";
  readonly span: Span;
  readonly name: string;
  /** Where the macro is defined further down, if it is. */
  definedLater: Span | undefined;
}

/** parse.y reads a word into a buffer of 8096 bytes. */
export interface TextTooLong {
  readonly code: "text-too-long";
  readonly span: Span;
  readonly limit: number;
}

/** Macros stand for more than is read here: the file counts as if it ended before this `$NAME`. */
export interface TooMuchMacroText {
  readonly code: "too-much-macro-text";
  readonly span: Span;
  readonly name: string;
  /** So many characters of macros' texts are read. */
  readonly limit: number;
}

/** A number that smtpd cannot hold. */
export interface NumberOutOfRange {
  readonly code: "number-out-of-range";
  readonly span: Span;
  readonly text: string;
}

/** The span is the opening quote's. */
export interface UnclosedQuote {
  readonly code: "unclosed-quote";
  readonly span: Span;
  /** The quotes after the opening one, each where one that closes it may be missing before. */
  readonly quote: string;
}

/** smtpd takes a NUL outside quotes for the end of the file, and refuses one inside. */
export interface NulByte {
  readonly code: "nul-byte";
  readonly span: Span;
  /** False between statements: there smtpd silently ignores all that follows. */
  readonly refused: boolean;
}

/** A word that starts with a character that only quotes allow there. */
export interface UnquotedText {
  readonly code: "unquoted-text";
  readonly span: Span;
  readonly text: string;
}

/** Reported once a file, at the first of `count`. */
export interface CarriageReturn {
  readonly code: "carriage-return";
  readonly span: Span;
  count: number;
}

/** The mark with which some editors begin a file; smtpd takes it for a word. */
export interface ByteOrderMark {
  readonly code: "byte-order-mark";
  readonly span: Span;
}

/** A name of a macro in quotes with a blank in it. */
export interface MacroNameWithBlank {
  readonly code: "macro-name-with-blank";
  readonly span: Span;
  readonly name: string;
}

/**
 * Why a file could not be read: `outside` the folder that stands for the mail
 * host's root none is, nor, without a root, outside the configuration's folder
 * and repository.
 */
export type ReadFailure =
  | "not-found"
  | "directory"
  | "no-permission"
  | "too-large"
  | "unreadable"
  | "outside"
  | "outside-folder"
  | "not-looked-for";

/** An include that was not read. */
export interface IncludeFailed {
  readonly code: "include-failed";
  readonly span: Span;
  readonly path: string;
  readonly reason: ReadFailure;
}

/** An include that leads back to a file that it is in. */
export interface IncludeLoop {
  readonly code: "include-loop";
  readonly span: Span;
  readonly path: string;
}

type ProblemOf<C extends Problem["code"]> = Extract<Problem, { code: C }>;

/** The problems of one kind. */
export function problemsOf<C extends Problem["code"]>(problems: readonly Problem[], code: C): ProblemOf<C>[] {
  return problems.filter((problem): problem is ProblemOf<C> => problem.code === code);
}
