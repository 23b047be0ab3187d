/** How messages name things. */

/** Text of the user's in a message, with what a terminal could obey made visible, and not too long. */
export function quote(text: string): string {
  const visible = makeVisible(text);
  // No half of a character is left at the cut.
  return `'${visible.length > 60 ? `${visible.slice(0, 57).replace(/[\ud800-\udbff]$/, "")}…` : visible}'`;
}

/** Control characters and other invisible ones as `\x1b` or `\u200b`; U+DC80 to U+DCFF stand for bytes. */
export function makeVisible(text: string): string {
  return text.replace(invisible, (char) => {
    const point = char.codePointAt(0) as number;
    const code = point >= 0xdc80 && point <= 0xdcff ? point - 0xdc00 : point;
    return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u{d800}-\u{dfff}]/gu;

/** `a`, `a or b`, `a, b or c` */
export const alternatives = (words: readonly string[]): string => enumeration(words, "or");

/** `a`, `a and b`, `a, b and c` */
export const conjunction = (words: readonly string[]): string => enumeration(words, "and");

function enumeration(words: readonly string[], last: string): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}

/** `1 line`, `2 lines` */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/**
 * Text as it must be written in smtpd.conf: bare where smtpd takes that for
 * text, else in quotes. Undefined for what no spelling stands for.
 */
export function writeText(text: string, isKeyword: boolean): string | undefined {
  // Digits before a slash are a number too.
  const bare = /^[A-Za-z0-9:_][^\s(){}<>!=#,\\\u0080-\uffff]*$/.test(text) && !/^\d+(?:\/|$)/.test(text);
  if (bare && !isKeyword) return text;
  // Bare, a backslash takes the place of the character behind it (parse.y, lgetc).
  if (/^[A-Za-z:_][^\s(){}<>!=#,\u0080-\uffff]*\\$/.test(text)) return text.replaceAll("\\", "\\\\");
  return quoteText(text);
}

/**
 * Text in double quotes, or in single ones if it holds double ones, escaped as
 * smtpd reads it (parse.y, yylex): a backslash is one unless a quote, a space,
 * a tab or the end of the line follows. Undefined for text with a line break or
 * NUL, and for text that ends in a backslash, which would escape the quote.
 */
export function quoteText(text: string): string | undefined {
  if (/[\n\0]|\\$/.test(text)) return undefined;
  const mark = text.includes('"') && !text.includes("'") ? "'" : '"';
  return mark + text.replace(/\\(?=[ \t])/g, "\\\\").replaceAll(mark, `\\${mark}`) + mark;
}

/** Permission bits as chmod(1) takes them: `0640`. */
export function writeMode(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
