import type { Edit, Span } from "@smtpdlint/grammar";
import { membersOf } from "@smtpdlint/policy";

/** What a member that smtpd cannot read was most likely meant to be. */
export interface MemberSlip {
  readonly help: string;
  readonly edits: readonly Edit[];
}

/** The change after which smtpd reads a member, if one is near; `span` is where the text is written. */
export function slipOf(text: string, { file, start }: Span): MemberSlip | undefined {
  const edit = (from: number, to: number, by: string): Edit => ({
    span: { file, start: start + from, end: start + to },
    text: by,
  });
  const [sign = ""] = /^[=:][=:>\s]*/.exec(text) ?? [];
  const mark = sign.trim();
  const rest = text.slice(sign.length);
  const removal = sign ? [edit(0, sign.length, "")] : [];
  if (sign && isReadable(rest)) return { help: `remove '${mark}'`, edits: removal };

  const address = /^[^<>]*<([^<>\s]+@[^<>\s]+)>$/.exec(rest)?.[1];
  if (address && isReadable(address)) {
    return { help: `write the address alone: ${address}`, edits: [edit(0, text.length, address)] };
  }

  const gaps = [...rest.matchAll(/\s*;\s*|\s+/g)];
  if (gaps.length === 0 || !rest.split(/\s*;\s*|\s+/).every(isReadable)) return undefined;
  const commas = gaps.map(({ index, 0: gap }) => edit(sign.length + index, sign.length + index + gap.length, ", "));
  return {
    help: `${sign && `remove '${mark}' and `}put commas between the recipients`,
    edits: [...removal, ...commas],
  };
}

/** True for what smtpd takes for one user or address; the words of a command are more often one thing. */
function isReadable(text: string): boolean {
  const { members, complete } = membersOf(text);
  return complete && members.length === 1 && /^(?:user|address)$/.test(members[0]?.kind ?? "");
}
