import type { Edit, Release, Span } from "@smtpdlint/grammar";
import { type MemberFile, membersOf, type PlacedMember, placedMembers } from "@smtpdlint/policy";
import { commentAbove } from "./comment-above.ts";

/** What a member that smtpd cannot read was most likely meant to be. */
export interface MemberSlip {
  readonly help: string;
  readonly edits: readonly Edit[];
}

/** A member that smtpd cannot read, as it is written. */
export interface UnreadMember {
  /** All of the file. */
  readonly text: string;
  readonly span: Span;
  /** Where it stands: after the key of an alias, or in a file that has none. */
  readonly place: "entry" | MemberFile["kind"];
  readonly target: Release;
}

/** The change after which smtpd reads a member, if one is near. */
export function slipOf(unread: UnreadMember): MemberSlip | undefined {
  for (const attempt of [withoutComment, withoutPrefix, withoutSemicolon, addressAlone, commas, hashes, quotes]) {
    const slip = attempt(unread);
    if (slip) return slip;
  }
  return undefined;
}

/** A member is cut out of its file; edits count from its start. */
const written = ({ text, span }: UnreadMember) => text.slice(span.start, span.end);
const editIn =
  ({ span: { file, start } }: UnreadMember) =>
  (from: number, to: number, text: string): Edit => ({ span: { file, start: start + from, end: start + to }, text });

/** `ann # boss`: a `#` begins a comment only at the start of a line, and everywhere in a `.forward`. */
function withoutComment(unread: UnreadMember): MemberSlip | undefined {
  const before = /^([^#]*?[^#\s])\s+#/.exec(written(unread))?.[1];
  if (before === undefined || !areMembers(before, unread)) return undefined;
  const { text, span } = unread;
  const hash = text.indexOf("#", span.start);
  return { help: "move the comment to the line above", edits: commentAbove(text, { ...span, start: hash }) };
}

/** `= bob`, as in Postfix's main.cf, and `joe: bob`, as in aliases, where no key precedes the recipients. */
function withoutPrefix(unread: UnreadMember): MemberSlip | undefined {
  const text = written(unread);
  const key = unread.place === "entry" ? "(?!)" : "(?!include:|error:|maildir:)[\\w.+-]+\\s*[:=]";
  const [prefix] = new RegExp(`^(?:${key}|[=:])[=:>\\s]*`, "i").exec(text) ?? [];
  if (prefix === undefined) return undefined;
  const removal = editIn(unread)(0, prefix.length, "");
  const help = `remove '${prefix.trim()}'`;
  if (isRecipient(text.slice(prefix.length), unread)) return { help, edits: [removal] };
  const { file, start, end } = unread.span;
  const rest = commas({ ...unread, span: { file, start: start + prefix.length, end } });
  return rest && { help: `${help} and ${rest.help}`, edits: [removal, ...rest.edits] };
}

function withoutSemicolon(unread: UnreadMember): MemberSlip | undefined {
  const text = written(unread);
  const before = /^(.*?)\s*;+$/s.exec(text)?.[1];
  if (before === undefined || !areMembers(before, unread)) return undefined;
  return { help: "remove ';'", edits: [editIn(unread)(before.length, text.length, "")] };
}

/** `Bob <bob@example.org>`. */
function addressAlone(unread: UnreadMember): MemberSlip | undefined {
  const text = written(unread);
  const address = /^(?:[=:][=:>\s]*)?[^<>]*<([^<>\s]+)>$/.exec(text)?.[1];
  if (address === undefined || !isRecipient(address, unread)) return undefined;
  return { help: `write the address alone: ${address}`, edits: [editIn(unread)(0, text.length, address)] };
}

/** `ann bob` and `ann; bob`; the words of a command are more often one thing. */
function commas(unread: UnreadMember): MemberSlip | undefined {
  const text = written(unread);
  const gaps = [...text.matchAll(/\s*;\s*|\s+/g)];
  if (gaps.length === 0 || !text.split(/\s*;\s*|\s+/).every((part) => isRecipient(part, unread))) return undefined;
  const edit = editIn(unread);
  return {
    help: "put commas between the recipients",
    edits: gaps.map(({ index, 0: gap }) => edit(index, index + gap.length, ", ")),
  };
}

/** Quotes stay a part of a member; only those around a command go. One that is never closed spoils the line. */
function quotes(unread: UnreadMember): MemberSlip | undefined {
  const text = written(unread);
  const edit = editIn(unread);
  const end = text.length;
  const quoted = /^(["'])(.*)\1$/s.exec(text);
  if (quoted) {
    const [, , inner = ""] = quoted;
    const isCommand = inner.startsWith("|");
    const isMeant = isCommand ? areMembers(`"${inner}"`, unread) : areMembers(inner, unread);
    if (!isMeant) return undefined;
    const quote = isCommand ? '"' : "";
    return {
      help: isCommand ? "use double quotes" : "remove the quotes",
      edits: [edit(0, 1, quote), edit(end - 1, end, quote)],
    };
  }
  if (areMembers(`${text}"`, unread)) return { help: 'close the quotes with a "', edits: [edit(end, end, '"')] };
  if (/\\$/.test(text) && areMembers(text.slice(0, -1), unread)) {
    return { help: "remove the backslash at the end", edits: [edit(end - 1, end, "")] };
  }
  // o'brien@example.org
  const marks = [...text.matchAll(/(?<!\\)['"]/g)];
  if (marks.length === 0 || !areMembers(text.replace(/(?<!\\)['"]/g, "\\$&"), unread)) return undefined;
  return { help: "put a backslash before the quote", edits: marks.map(({ index }) => edit(index, index, "\\")) };
}

/** `"|exec /usr/bin/procmail #joe"`: in a `.forward` a `#` begins a comment between quotes, too. */
function hashes(unread: UnreadMember): MemberSlip | undefined {
  const { place, text, span } = unread;
  const line = /.*/.exec(text.slice(span.start))?.[0].trimEnd() ?? "";
  if (place !== "forward" || !line.includes("#", span.end - span.start)) return undefined;
  const marks = [...line.matchAll(/(?<!\\)#/g)];
  if (!areMembers(line.replace(/(?<!\\)#/g, "\\#"), unread)) return undefined;
  const edit = editIn(unread);
  return {
    help: "put a backslash before a '#' that begins no comment",
    edits: marks.map(({ index }) => edit(index, index, "\\")),
  };
}

/** True for what smtpd takes for one user or address. */
function isRecipient(text: string, unread: UnreadMember): boolean {
  const { members } = membersOf(text, unread.target);
  return members.length === 1 && /^(?:user|address)$/.test(members[0]?.kind ?? "") && areMembers(text, unread);
}

/** True for one or more members of any kind; of an address with a bad domain smtpd would keep the user. */
function areMembers(text: string, { target }: UnreadMember): boolean {
  const placed = placedMembers(text, target);
  const isMeant = ({ member, start, end }: PlacedMember) =>
    member !== undefined && (member.kind !== "user" || !text.slice(start, end).includes("@"));
  return placed.length > 0 && placed.every(isMeant) && membersOf(text, target).complete;
}
