import type { TokenType } from "chevrotain";
import {
  BACKSLASH,
  BLANK,
  BYTE_ORDER_MARK,
  byteLength,
  DASH,
  DOLLAR,
  DONE_EXPAND,
  DOUBLE_QUOTE,
  EQUALS,
  endsNumber,
  GREATER,
  HASH,
  isDigit,
  isMacroNamePart,
  isWordPart,
  isWordStart,
  NEWLINE,
  NUL,
  RETURN,
  SINGLE_QUOTE,
  START_EXPAND,
  TAB,
} from "./characters.ts";
import type { CarriageReturn, Problem } from "./problem.ts";
import type { SourceFile } from "./source.ts";
import { PLACEHOLDER } from "./template.ts";
import {
  Arrow,
  EndOfFile,
  Equals,
  LexedToken,
  type MacroUse,
  Newline,
  NumberToken,
  punctuation,
  Stray,
  Text,
  type Token,
} from "./tokens.ts";

/** parse.y, yylex: `char buf[8096]`; the last word byte and the quoted string need one more. */
const WORD_LIMIT = 8095;
const QUOTED_LIMIT = 8094;
/** Macros may stand for so many characters in all, and ten times those of the file: a long one that is used often would take for ever. */
const EXPANDED_LIMIT = 1_000_000;
const END = -1;

/** In what the lexers of smtpd's two languages, today's and the one before 6.4, differ. */
export interface Dialect {
  /** Token types of the reserved words. */
  readonly keywords: ReadonlyMap<string, TokenType>;
  /** True if a file's last line need not have a newline. */
  readonly endsLastLine: boolean;
  /** True if `\` before a blank in quotes stands for nothing. */
  readonly unescapesBlanks: boolean;
}

/** What `$name` stands for; undefined if no such macro is defined here. */
export type MacroLookup = (name: string) => MacroValue | undefined;

export interface MacroValue {
  readonly text: string;
  readonly definition: MacroUse["definition"];
}

/** An open file and how far it has been read. */
interface OpenFile {
  readonly source: SourceFile;
  at: number;
  /** Today's smtpd invents one newline at the end of every file (lgetc). */
  endSeen: boolean;
  /** What is read before the text goes on: characters given back and texts of macros, the next one last. */
  readonly pushed: (Pushed | Expansion)[];
}

/** A character given back, with the place that it stands for. */
interface Pushed {
  readonly code: number;
  readonly start: number;
  readonly end: number;
  readonly macro: MacroUse | undefined;
}

/** The text of a macro between the marks of parse.y, START_EXPAND and DONE_EXPAND, and how far it has been read. */
interface Expansion {
  readonly marked: string;
  at: number;
  readonly macro: MacroUse;
}

/**
 * smtpd's lexer (parse.y: yylex, lgetc, igetc, lungetc): one token at a time
 * from a stack of files, with macros replaced by text that is lexed again and
 * joins with what follows it.
 *
 * `next` reads straight from the text as long as it is plain; whatever a
 * macro, an escape or a character given back touches goes through `nextSlowly`,
 * which follows yylex step by step. A test holds the two against each other.
 *
 * Unlike smtpd, which gives up the line after a lexical error, the lexer
 * reports it and hands out the token that the author most likely meant.
 */
export class Lexer {
  private readonly files: OpenFile[] = [];
  private file: OpenFile;
  private text = "";
  private mayHavePlaceholders = false;
  private pushed: OpenFile["pushed"] = [];
  /** True within the text of a macro, where `$` means nothing. */
  private expanding = false;
  private readonly keywords: ReadonlyMap<string, TokenType>;
  private carriageReturn: CarriageReturn | undefined;
  /** How many characters macros have stood for. */
  private expanded = 0;
  /** Quotes that are known to have no partner further down. */
  private unclosed = "";

  // The place and origin of the character that `get` returned last.
  private start = 0;
  private end = 0;
  private macro: MacroUse | undefined;

  constructor(
    main: SourceFile,
    private readonly dialect: Dialect,
    private readonly macros: MacroLookup,
    private readonly problems: Problem[],
    private readonly uses: MacroUse[],
    private readonly useFastPath = true,
  ) {
    this.keywords = dialect.keywords;
    this.file = this.enter(main);
  }

  /** Goes on with `source`; its end leads back to here. */
  enter(source: SourceFile): OpenFile {
    const file: OpenFile = { source, at: 0, endSeen: false, pushed: [] };
    this.files.push(file);
    this.resume(file);
    if (source.text.charCodeAt(0) === BYTE_ORDER_MARK) {
      this.problems.push({ code: "byte-order-mark", span: { file: source.id, start: 0, end: 1 } });
      file.at = 1;
    }
    return file;
  }

  private resume(file: OpenFile): void {
    this.file = file;
    this.text = file.source.template?.text ?? file.source.text;
    this.mayHavePlaceholders ||= file.source.template !== undefined;
    this.pushed = file.pushed;
  }

  /** True if a file of this path is being read. */
  isReading(path: string): boolean {
    return this.files.some((file) => file.source.path === path);
  }

  /** The next token; after the last one, an end of file for ever. What a template leaves open is faulty. */
  next(): Token {
    const token = this.read();
    if (!this.mayHavePlaceholders || !token.image.includes(PLACEHOLDER)) return token;
    const { tokenType, image, file, start, end, quote, macro } = token;
    return new LexedToken(tokenType, image, file, start, end, quote, macro, true);
  }

  private read(): Token {
    if (this.pushed.length > 0 || this.expanding || !this.useFastPath) return this.nextSlowly();
    const { text, file } = this;
    let at = file.at;
    for (;;) {
      const code = text.charCodeAt(at);
      switch (code) {
        case BLANK:
        case TAB:
          at++;
          continue;
        case NEWLINE:
          file.at = at + 1;
          return new LexedToken(Newline, "\n", file.source.id, at, at + 1);
        case HASH: {
          const end = plainCommentEnd(text, at);
          if (end === undefined) break;
          const trimmed = text.charCodeAt(end - 1) === RETURN ? end - 1 : end;
          file.source.comments.push({ file: file.source.id, start: at, end: trimmed });
          at = end;
          continue;
        }
        case DOUBLE_QUOTE:
        case SINGLE_QUOTE: {
          const end = plainQuoteEnd(text, at + 1, code);
          if (end === undefined || end - at > QUOTED_LIMIT / 3) break;
          file.at = end + 1;
          const quote = code === DOUBLE_QUOTE ? '"' : "'";
          return new LexedToken(Text, text.slice(at + 1, end), file.source.id, at, end + 1, quote);
        }
        default: {
          if (!isWordStart(code) || (isDigit(code) && !isPlainWord(text, at))) break;
          let end = at + 1;
          let part = text.charCodeAt(end);
          while (isWordPart(part) && part !== BACKSLASH) part = text.charCodeAt(++end);
          if (part === BACKSLASH || part <= DONE_EXPAND || end - at > WORD_LIMIT) break;
          file.at = end;
          const image = text.slice(at, end);
          const keyword = this.keywords.get(image);
          // The name is one string for all, which is compared faster.
          return new LexedToken(keyword ?? Text, keyword?.name ?? image, file.source.id, at, end);
        }
      }
      file.at = at;
      return this.nextSlowly();
    }
  }

  /** True if nothing but the main file's text comes behind `token`, the one that was returned last. */
  canSkip(token: Token): boolean {
    const isClean = this.pushed.length === 0 && !this.expanding && this.unclosed === "";
    return this.files.length === 1 && isClean && this.file.at === token.end;
  }

  /** So many characters macros may still stand for. */
  get room(): number {
    return this.expandedLimit - this.expanded;
  }

  /** Goes on at `end`; macros in between stand for `expanded` characters. */
  skip(end: number, expanded: number): void {
    this.expanded += expanded;
    this.file.at = end;
  }

  /** yylex, step by step. */
  private nextSlowly(): Token {
    for (;;) {
      let code = this.get();
      while (code === BLANK || code === TAB || code === RETURN || code === BYTE_ORDER_MARK) {
        if (code === RETURN) this.noteCarriageReturn();
        else if (code === BYTE_ORDER_MARK) this.noteByteOrderMark();
        code = this.get();
      }
      if (code === HASH) code = this.skipComment();
      if (code === DOLLAR && !this.expanding) {
        const undefinedMacro = this.expandMacro();
        if (undefinedMacro) return undefinedMacro;
        continue;
      }
      if (code === DOUBLE_QUOTE || code === SINGLE_QUOTE) return this.quoted(code);
      if (code === DASH || isDigit(code)) {
        const number = this.number(code);
        if (number) return number;
        code = this.get();
        if (code === DASH) return this.stray(code);
      }
      if (code === EQUALS) return this.equals();
      if (isWordStart(code)) return this.word(code);
      if (code === NEWLINE) return this.token(Newline, "\n", this.start, this.end, this.macro);
      if (code === END) return this.token(EndOfFile, "", this.start, this.end, undefined);
      if (code === NUL) return this.nul();
      const type = punctuation.get(String.fromCharCode(code));
      if (type) return this.token(type, String.fromCharCode(code), this.start, this.end, this.macro);
      return this.stray(code);
    }
  }

  private token(
    type: TokenType,
    image: string,
    start: number,
    end: number,
    macro: MacroUse | undefined,
    faulty = false,
  ) {
    return new LexedToken(type, image, this.file.source.id, start, end, "", macro, faulty);
  }

  /** igetc: the next character as it stands. */
  private getRaw(): number {
    for (;;) {
      let code: number;
      const top = this.pushed[this.pushed.length - 1];
      if (top) {
        if ("marked" in top) {
          code = top.marked.charCodeAt(top.at++);
          if (top.at === top.marked.length) this.pushed.pop();
          ({ start: this.start, end: this.end } = top.macro.reference);
        } else {
          this.pushed.pop();
          ({ code, start: this.start, end: this.end } = top);
        }
        this.macro = top.macro;
      } else {
        this.macro = undefined;
        this.start = this.end = this.file.at;
        if (this.file.at >= this.text.length) return END;
        code = this.text.charCodeAt(this.file.at++);
        this.end = this.file.at;
      }
      if (code === START_EXPAND) this.expanding = true;
      else if (code === DONE_EXPAND) this.expanding = false;
      else return code;
    }
  }

  /** lgetc(0): the next character, with escapes, continuation lines and ends of files resolved. */
  private get(): number {
    let code = this.getRaw();
    while (code === BACKSLASH) {
      const { start } = this;
      code = this.getRaw();
      if (code === RETURN && this.peekRaw() === NEWLINE) {
        this.noteCarriageReturn();
        code = this.getRaw();
      }
      if (code !== NEWLINE) {
        this.start = Math.min(start, this.start);
        break;
      }
      code = this.getRaw();
    }
    while (code === END) {
      if (this.dialect.endsLastLine && !this.file.endSeen) {
        this.file.endSeen = true;
        return NEWLINE;
      }
      if (this.files.length === 1) return END;
      this.files.pop();
      this.resume(this.files[this.files.length - 1] as OpenFile);
      code = this.getRaw();
    }
    return code;
  }

  private peekRaw(): number {
    const top = this.pushed[this.pushed.length - 1];
    if (top) return "marked" in top ? top.marked.charCodeAt(top.at) : top.code;
    return this.file.at < this.text.length ? this.text.charCodeAt(this.file.at) : END;
  }

  /** lungetc: gives the character that was read last back. */
  private unget(code: number): void {
    if (code !== END) this.pushed.push({ code, start: this.start, end: this.end, macro: this.macro });
  }

  /** Skips a comment; returns the newline or end of file after it. */
  private skipComment(): number {
    const { start, macro } = this;
    const { source } = this.file;
    let { end } = this;
    let code = this.get();
    while (code !== NEWLINE && code !== END) {
      const endsLine = code === RETURN && (this.peekRaw() === NEWLINE || this.peekRaw() === END);
      if (!endsLine) end = this.end;
      code = this.get();
    }
    if (!macro) source.comments.push({ file: source.id, start, end });
    return code;
  }

  /**
   * Reads the name after `$` and pushes the macro's text. For a name that is
   * not defined returns a token in its place, together with what is glued to it;
   * the end of the file where macros stand for too much.
   */
  private expandMacro(): Token | undefined {
    const file = this.file.source.id;
    const { start } = this;
    let { end } = this;
    let name = "";
    let code = this.get();
    while (isMacroNamePart(code)) {
      if (name.length <= QUOTED_LIMIT) name += String.fromCharCode(code);
      end = this.end;
      code = this.get();
    }
    const reference = { file, start, end };
    if (name.length > QUOTED_LIMIT) {
      this.problems.push({ code: "text-too-long", span: reference, limit: QUOTED_LIMIT });
      this.unget(code);
      return this.token(Text, "", start, end, undefined, true);
    }
    const value = this.macros(name);
    if (!value) {
      while (isWordPart(code)) {
        end = this.end;
        code = this.get();
      }
      this.unget(code);
      this.problems.push({ code: "undefined-macro", span: reference, name, definedLater: undefined });
      const use: MacroUse = { name, reference, definition: undefined };
      this.uses.push(use);
      return this.token(Text, "", start, end, use, true);
    }
    this.unget(code);
    this.expanded += value.text.length;
    const limit = this.expandedLimit;
    if (this.expanded > limit) {
      this.problems.push({ code: "too-much-macro-text", span: reference, name, limit });
      const token = this.token(EndOfFile, "", start, start, undefined);
      this.stop();
      return token;
    }
    const macro: MacroUse = { name, reference, definition: value.definition };
    this.uses.push(macro);
    const marked = String.fromCharCode(START_EXPAND) + value.text + String.fromCharCode(DONE_EXPAND);
    this.pushed.push({ marked, at: 0, macro });
    return undefined;
  }

  private get expandedLimit(): number {
    return EXPANDED_LIMIT + 10 * this.text.length;
  }

  private quoted(quote: number): Token {
    const file = this.file;
    const { start, macro } = this;
    const quoteText = quote === DOUBLE_QUOTE ? '"' : "'";
    const opening = { file: file.source.id, start, end: this.end };
    const firstLineEnd = { at: -1, image: "" };
    const known = this.unclosed.includes(quoteText);
    let image = "";
    let sawNul = false;
    let code = this.getRaw();
    while (code !== quote) {
      if (code === END || (known && code === NEWLINE)) {
        // Go on after the line of the quote, so that one slip does not hide the rest of the file.
        this.problems.push({ code: "unclosed-quote", span: opening, quote: quoteText });
        if (!known) this.unclosed += quoteText;
        if (code === NEWLINE) this.unget(code);
        else if (firstLineEnd.at >= 0) {
          file.at = firstLineEnd.at;
          image = firstLineEnd.image;
        }
        const end = Math.max(opening.end, firstLineEnd.at >= 0 ? firstLineEnd.at : this.start);
        return new LexedToken(Text, image, file.source.id, start, end, quoteText, macro, true);
      }
      if (code === NEWLINE) {
        if (firstLineEnd.at < 0 && !this.macro) {
          firstLineEnd.at = this.start;
          firstLineEnd.image = image;
        }
      } else if (code === BACKSLASH) {
        const escaped = { start: this.start, end: this.end, macro: this.macro, code };
        const next = this.getRaw();
        const isBlank = next === BLANK || next === TAB;
        if (next === quote || (isBlank && this.dialect.unescapesBlanks)) image += String.fromCharCode(next);
        else if (next !== NEWLINE) {
          this.unget(next);
          image += "\\";
        } else if (firstLineEnd.at < 0 && !escaped.macro) {
          firstLineEnd.at = escaped.start;
          firstLineEnd.image = image;
        }
      } else {
        if (code === NUL) sawNul = true;
        image += String.fromCharCode(code);
      }
      code = this.getRaw();
    }
    const span = { file: file.source.id, start, end: this.end };
    if (sawNul) this.problems.push({ code: "nul-byte", span, refused: true });
    const tooLong = image.length > QUOTED_LIMIT / 3 && byteLength(image) > QUOTED_LIMIT;
    if (tooLong) this.problems.push({ code: "text-too-long", span, limit: QUOTED_LIMIT });
    return new LexedToken(Text, image, span.file, start, span.end, quoteText, macro, sawNul || tooLong);
  }

  /** A number, or undefined after all digits but the first went back: then it is a word or a dash. */
  private number(first: number): Token | undefined {
    const { start, macro } = this;
    const read: Pushed[] = [];
    let code = first;
    do {
      read.push({ code, start: this.start, end: this.end, macro: this.macro });
      code = this.get();
    } while (isDigit(code));
    const last = read[read.length - 1] as Pushed;
    const afterDigits = code;
    this.unget(code);
    if (!(first === DASH && read.length === 1) && endsNumber(afterDigits)) {
      const image = read.map((digit) => String.fromCharCode(digit.code)).join("");
      const span = { file: this.file.source.id, start, end: last.end };
      const tooLong = image.length > WORD_LIMIT;
      const outOfRange = !tooLong && !fitsInt64(image);
      if (tooLong) this.problems.push({ code: "text-too-long", span, limit: WORD_LIMIT });
      if (outOfRange) this.problems.push({ code: "number-out-of-range", span, text: image });
      return this.token(NumberToken, image, start, last.end, macro ?? last.macro, tooLong || outOfRange);
    }
    for (const digit of read.reverse()) this.pushed.push(digit);
    return undefined;
  }

  private equals(): Token {
    const { start, end, macro } = this;
    const code = this.get();
    if (code === GREATER) return this.token(Arrow, "=>", start, this.end, macro);
    this.unget(code);
    return this.token(Equals, "=", start, end, macro);
  }

  private word(first: number): Token {
    const { start } = this;
    const read = this.readWord(first);
    const tooLong = read.image.length > WORD_LIMIT;
    if (tooLong) {
      const span = { file: this.file.source.id, start, end: read.end };
      this.problems.push({ code: "text-too-long", span, limit: WORD_LIMIT });
    }
    const type = this.keywords.get(read.image) ?? Text;
    return this.token(type, read.image, start, read.end, read.macro, tooLong);
  }

  private readWord(first: number): { image: string; end: number; macro: MacroUse | undefined } {
    let image = "";
    let { end, macro } = this;
    let code = first;
    do {
      image += String.fromCharCode(code);
      end = Math.max(end, this.end);
      macro ??= this.macro;
      code = this.get();
    } while (isWordPart(code));
    this.unget(code);
    return { image, end, macro };
  }

  /** A character that starts no token. Where quotes were forgotten, takes the whole text. */
  private stray(code: number): Token {
    const { start } = this;
    const next = String.fromCharCode(code);
    if (!isWordPart(code) && !isLetterBeyondAscii(next)) {
      return this.token(Stray, next, start, this.end, this.macro);
    }
    let image = "";
    let { end, macro } = this;
    let part = code;
    do {
      image += String.fromCharCode(part);
      end = Math.max(end, this.end);
      macro ??= this.macro;
      part = this.get();
    } while (isWordPart(part) || part > 0xa0);
    this.unget(part);
    const span = { file: this.file.source.id, start, end };
    this.problems.push({ code: "unquoted-text", span, text: image });
    return this.token(Text, image, start, end, macro, false);
  }

  /** parse.y returns the NUL, which yacc takes for the end of input. */
  private nul(): Token {
    const { start, end } = this;
    const token = this.token(EndOfFile, "\0", start, end, undefined);
    this.stop();
    return token;
  }

  /** From now on there is nothing but the end of the file. */
  private stop(): void {
    this.files.length = 1;
    this.resume(this.files[0] as OpenFile);
    this.file.at = this.text.length;
    this.file.endSeen = true;
    this.pushed.length = 0;
  }

  private noteCarriageReturn(): void {
    if (this.macro) return;
    if (this.carriageReturn) this.carriageReturn.count++;
    else {
      const span = { file: this.file.source.id, start: this.start, end: this.end };
      this.carriageReturn = { code: "carriage-return", span, count: 1 };
      this.problems.push(this.carriageReturn);
    }
  }

  private noteByteOrderMark(): void {
    const span = { file: this.file.source.id, start: this.start, end: this.end };
    this.problems.push({ code: "byte-order-mark", span });
  }
}

/** End of a comment without escapes and markers; undefined if it has some. */
function plainCommentEnd(text: string, start: number): number | undefined {
  let at = start;
  for (;;) {
    const code = text.charCodeAt(++at);
    if (code === NEWLINE || Number.isNaN(code)) return at;
    if (code === BACKSLASH || code === START_EXPAND || code === DONE_EXPAND) return undefined;
  }
}

/** Offset of the closing quote if nothing between needs a closer look. */
function plainQuoteEnd(text: string, start: number, quote: number): number | undefined {
  for (let at = start; ; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) return at;
    if (code === BACKSLASH || code === NEWLINE || code <= DONE_EXPAND || Number.isNaN(code)) return undefined;
  }
}

/** False if the digits at `at` are a number or need a closer look. */
function isPlainWord(text: string, at: number): boolean {
  let end = at;
  let code: number;
  do code = text.charCodeAt(++end);
  while (isDigit(code));
  return isWordPart(code) && code !== BACKSLASH && !endsNumber(code);
}

/** strtonum(text, LLONG_MIN, LLONG_MAX) */
function fitsInt64(text: string): boolean {
  if (text.length < 19) return true;
  const value = BigInt(text);
  return BigInt.asIntN(64, value) === value;
}

const letterBeyondAscii = /[\p{L}\p{N}\p{Extended_Pictographic}\uD800-\uDFFF]/u;
function isLetterBeyondAscii(char: string): boolean {
  return char.charCodeAt(0) > 127 && letterBeyondAscii.test(char);
}
