import { makeVisible } from "@smtpdlint/model";
import stringWidth from "fast-string-width";

/** A source line cut to a width, and the columns of the terminal that its span covers. */
export interface Excerpt {
  readonly text: string;
  readonly from: number;
  /** At least one column. */
  readonly width: number;
}

const TAB = 4;

/**
 * Cuts `line` to `columns` so that the span from offset `start` to `end`
 * shows. Tabs become blanks, invisible characters escapes; wide characters
 * count as the terminal draws them.
 */
export function excerpt(line: string, start: number, end: number, columns: number): Excerpt {
  // A line may be a megabyte: first take what can matter at all.
  const before = Math.max(0, start - columns);
  const head = (before > 0 ? "…" : "") + show(line.slice(before, start));
  const marked = show(line.slice(start, Math.min(end, start + columns)));
  const tail = show(line.slice(Math.min(end, start + columns), end + columns));

  const wanted = stringWidth(marked);
  const room = Math.max(0, columns - Math.min(wanted, columns));
  const left = cutStart(head, Math.max(room - Math.min(stringWidth(tail), Math.floor(room / 3)), 0));
  const from = stringWidth(left);
  const text = cutEnd(left + marked + tail, columns);
  return { text, from, width: Math.max(1, Math.min(wanted, columns - from)) };
}

const show = (text: string) => makeVisible(text.replaceAll("\t", " ".repeat(TAB)));

function cutStart(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  const characters = [...text];
  let rest = "";
  while (characters.length > 0 && stringWidth(rest) + 2 <= width) rest = (characters.pop() as string) + rest;
  return width > 0 ? `…${rest}` : "";
}

function cutEnd(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let cut = "";
  let used = 1;
  for (const character of text) {
    used += stringWidth(character);
    if (used > width) break;
    cut += character;
  }
  return `${cut}…`;
}
