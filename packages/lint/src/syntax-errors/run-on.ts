import { lineColumn, lineStarts, type Span, type UnexpectedToken } from "@smtpdlint/grammar";
import type { Model } from "@smtpdlint/model";
import type { Fix } from "../diagnostic.ts";
import { insert } from "../edits.ts";

/**
 * The text in quotes before or at a token that does not fit, if it goes over the end of its line: smtpd reads on to the
 * next quote, wherever it is, and what seems to be a text below is none.
 */
export function findRunOn({ tokens, at }: UnexpectedToken, { sources }: Model) {
  for (const { file, start, end, quote, macro } of tokens.slice(0, at + 1)) {
    const span: Span = { file, start, end };
    const text = quote === "" || macro ? "" : sources.textAt(span);
    const newline = text.indexOf("\n");
    if (newline === -1) continue;
    // What follows a text that is meant has a space before it, and an unclosed one is another finding.
    if (text.length < 2 || !text.endsWith(quote) || !/[^\s{},#]/.test(sources.fileOf(span).text[end] ?? ""))
      return undefined;
    const { line } = lineColumn(lineStarts(sources.fileOf(span).text), end);
    const ending = start + text.slice(0, newline).trimEnd().length;
    const fixes: Fix[] = [{ title: "close the quote", safe: false, edits: [insert(span, ending, quote)] }];
    const help = `close it in its line: ${text.slice(0, ending - start)}${quote}`;
    return { span: { file, start, end: ending }, data: { line }, help, fixes };
  }
  return undefined;
}
