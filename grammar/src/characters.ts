/**
 * Character classes of smtpd's lexer (parse.y, yylex), by UTF-16 code unit.
 * smtpd runs in the C locale: no character beyond ASCII belongs to any class.
 */

import { PLACEHOLDER_CODE } from "./template.ts";

export const NUL = 0;
/** smtpd marks the text of a macro with these two; in a file they act as if it had. */
export const START_EXPAND = 1;
export const DONE_EXPAND = 2;
export const TAB = 9;
export const NEWLINE = 10;
export const RETURN = 13;
export const BLANK = 32;
export const DOUBLE_QUOTE = 34;
export const HASH = 35;
export const DOLLAR = 36;
export const SINGLE_QUOTE = 39;
export const DASH = 45;
export const EQUALS = 61;
export const GREATER = 62;
export const BACKSLASH = 92;
export const BYTE_ORDER_MARK = 0xfeff;

const WORD = 1;
const WORD_START = 2;
const DIGIT = 4;
const MACRO_NAME = 8;
const NUMBER_END = 16;

const classes = new Uint8Array(128);
for (let code = 33; code < 127; code++) {
  const char = String.fromCharCode(code);
  if (!"(){}<>!=#,".includes(char)) classes[code] = WORD;
  if (/[A-Za-z0-9]/.test(char)) (classes[code] as number) |= WORD_START | MACRO_NAME;
  if (/[0-9]/.test(char)) (classes[code] as number) |= DIGIT;
}
for (const char of ":_") (classes[char.charCodeAt(0)] as number) |= WORD_START;
(classes["_".charCodeAt(0)] as number) |= MACRO_NAME;
for (const char of " \t\n\v\f\r),/}=") (classes[char.charCodeAt(0)] as number) |= NUMBER_END;

const is = (code: number, mask: number) => code >= 0 && code < 128 && ((classes[code] as number) & mask) !== 0;

/** May stand inside a word (`allowed_in_string`); the placeholder of a template may too. */
export const isWordPart = (code: number) => is(code, WORD) || code === PLACEHOLDER_CODE;
/** May start an unquoted word. */
export const isWordStart = (code: number) => is(code, WORD_START) || code === PLACEHOLDER_CODE;
export const isDigit = (code: number) => is(code, DIGIT);
/** May stand in `$name`. */
export const isMacroNamePart = (code: number) => is(code, MACRO_NAME);
/** Makes the digits before it a number (`allowed_to_end_number`). */
export const endsNumber = (code: number) => code === -1 || is(code, NUMBER_END);

/** Bytes of `text` in UTF-8, which is what smtpd's limits count. */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80) continue;
    // A surrogate pair is two units and four bytes.
    bytes += code >= 0xd800 && code < 0xe000 ? 1 : code < 0x800 ? 1 : 2;
  }
  return bytes;
}
