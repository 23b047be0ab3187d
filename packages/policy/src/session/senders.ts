import { type MailAddress, parseMailAddress } from "@smtpdlint/model";

/** An address of a list of those that a user may send from. */
export interface SenderPattern {
  readonly address: MailAddress;
  /** As written, without the blanks around it. */
  readonly text: string;
  /** Where it starts in the list. */
  readonly offset: number;
}

/** Reads addresses with commas between them; `failure` where smtpd cannot, and refuses for now (mailaddr.c, mailaddr_line). */
export function parseSenders(list: string): readonly SenderPattern[] | "failure" {
  const parts = splitList(list);
  if (!parts) return "failure";
  const patterns: SenderPattern[] = [];
  for (const { text, offset } of parts) {
    const trimmed = text.trim();
    if (trimmed === "") continue;
    const address = parseMailAddress(trimmed);
    if (!address) return "failure";
    patterns.push({ address, text: trimmed, offset: offset + text.length - text.trimStart().length });
  }
  return patterns;
}

interface Part {
  readonly text: string;
  readonly offset: number;
}

/** Splits at commas outside of quotes; a backslash is dropped. Undefined if a quote or a backslash is left open. */
function splitList(list: string): Part[] | undefined {
  const parts: Part[] = [];
  let [text, start, quote] = ["", 0, ""];
  for (let at = 0; at < list.length; at++) {
    const char = list[at] as string;
    if (char === "\\") {
      if (++at === list.length) return undefined;
      text += list[at];
    } else if (char === "," && quote === "") {
      parts.push({ text, offset: start });
      [text, start] = ["", at + 1];
    } else {
      text += char;
      if (quote === char) quote = "";
      else if (quote === "" && (char === '"' || char === "'")) quote = char;
    }
  }
  return quote === "" ? [...parts, { text, offset: start }] : undefined;
}
