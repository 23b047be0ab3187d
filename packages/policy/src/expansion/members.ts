import { byteLength, isAtLeast, newestRelease, type Release } from "@smtpdlint/grammar";

/** What a value of an alias table or a line of a `.forward` sends mail to; before 6.4 that may be a `maildir:`. */
export interface Member {
  readonly kind: MemberKind;
  /** The name, path, command or reply; of an address, what stands before its `@`. */
  readonly text: string;
  /** Of an address; empty for others. */
  readonly domain: string;
}

/** In the order in which smtpd goes through the members of an alias (smtpd.h, enum expand_type). */
export const memberKinds = ["user", "file", "program", "include", "address", "error", "maildir"] as const;

export type MemberKind = (typeof memberKinds)[number];

/** The members of a line, up to the first that smtpd does not understand. */
export interface Members {
  readonly members: readonly Member[];
  readonly complete: boolean;
}

/** smtpd's LINE_MAX, and EXPAND_BUFFER. */
const mostOfLine = 2048;
const mostOfMember = 1024;
/** Of a local part or a domain (smtpd-defines.h). */
const mostOfName = 256;

/**
 * Takes a line apart at its commas (expand.c, expand_line). Quotes stay and
 * protect commas; a backslash goes and protects what follows.
 */
export function membersOf(line: string, target: Release = newestRelease): Members {
  const members: Member[] = [];
  const text = line.split("\0", 1)[0] as string;
  if (byteLength(text) >= mostOfLine) return { members, complete: false };
  const { parts, complete } = splitLine(text);
  // What stands in the unfinished part is lost.
  for (const part of complete ? parts : parts.slice(0, -1)) {
    const stripped = part.text.replace(blanksAround, "");
    if (stripped === "") continue;
    const member = parseMember(stripped, !isAtLeast(target, "6.4"));
    if (!member) return { members, complete: false };
    members.push(member);
  }
  return { members, complete };
}

/** A part of a line between commas, by offsets in the line, without blanks around it. */
export interface PlacedMember {
  /** Undefined for one that smtpd does not understand. */
  readonly member: Member | undefined;
  readonly start: number;
  readonly end: number;
}

/** The members of a line and where they stand, for an editor: also what is unfinished, and what follows a mistake. */
export function placedMembers(line: string, target: Release = newestRelease): PlacedMember[] {
  const { parts, complete } = splitLine(line.split("\0", 1)[0] as string);
  return parts.flatMap(({ text, start, end }, index) => {
    const stripped = text.replace(blanksAround, "");
    if (stripped === "") return [];
    const written = line.slice(start, end);
    const from = start + written.length - written.trimStart().length;
    const isUnfinished = !complete && index === parts.length - 1;
    const member = isUnfinished ? undefined : parseMember(stripped, !isAtLeast(target, "6.4"));
    return [{ member, start: from, end: from + written.trim().length }];
  });
}

/** The members of an alias as smtpd goes through them: each once, by kind and then in the order of their bytes. */
export function sortedMembers(members: readonly Member[]): Member[] {
  const sorted = members.toSorted(compareMembers);
  return sorted.filter((member, index) => index === 0 || compareMembers(sorted[index - 1] as Member, member) !== 0);
}

/** What stands between two commas, without its backslashes; its offsets are those in the line. */
interface Part {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Unfinished quotes or a last backslash spoil the part they stand in, which is the last one. */
function splitLine(line: string): { readonly parts: readonly Part[]; readonly complete: boolean } {
  const parts: Part[] = [];
  let text = "";
  let quote = "";
  let escaped = false;
  let start = 0;
  let at = 0;
  for (const character of line) {
    if (escaped) {
      text += character;
      escaped = false;
    } else if (character === "\\") {
      escaped = true;
    } else if (character === "," && !quote) {
      parts.push({ text, start, end: at });
      text = "";
      start = at + 1;
    } else {
      text += character;
      if (character === quote) quote = "";
      else if (!quote && (character === '"' || character === "'")) quote = character;
    }
    at += character.length;
  }
  parts.push({ text, start, end: at });
  return { parts, complete: !quote && !escaped };
}

/** What a member is (to.c, text_to_expandnode): the first kind whose form it has; undefined if it has none. */
function parseMember(text: string, isOld: boolean): Member | undefined {
  const reply = /^:?error:(.*)$/is.exec(text)?.[1];
  if (reply !== undefined && isShort(reply) && /^[45]\d\d [A-Za-z0-9]/.test(reply)) return member("error", reply);

  const included = /^:?include:(\/.*)$/is.exec(text)?.[1];
  if (included !== undefined && isShort(included)) return member("include", included);

  const command = /^"?\|(.*)$/s.exec(text)?.[1];
  if (command !== undefined && isShort(command)) {
    if (text.startsWith("|")) return member("program", command);
    if (command.endsWith('"')) return member("program", command.slice(0, -1));
  }
  if (text.startsWith("/") && isShort(text)) return member("file", text);

  const at = text.indexOf("@");
  const isSplit = text.length >= 3 && at > 0 && at < text.length - 1;
  const [user, domain] = isSplit ? [text.slice(0, at), text.slice(at + 1)] : [text, ""];
  if (isSplit && localPart.test(user) && domainPart.test(domain)) {
    return { kind: "address", text: user.slice(0, mostOfName - 1), domain: domain.slice(0, mostOfName - 1) };
  }
  const folder = isOld ? /^maildir:(.*)$/is.exec(text)?.[1] : undefined;
  if (folder !== undefined && isShort(folder)) return member("maildir", folder);
  // Of an address with a bad domain smtpd keeps the user.
  return userName.test(user) && user.length < mostOfName ? member("user", user) : undefined;
}

const member = (kind: MemberKind, text: string): Member => ({ kind, text, domain: "" });
const isShort = (text: string) => byteLength(text) < mostOfMember;

/** isspace(3) */
const blanksAround = /^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g;
const localPart = /^[A-Za-z0-9!#$%*/?|^{}`~&'+\-=_.]*$/;
const domainPart = /^[A-Za-z0-9.-]*$/;
const userName = /^[A-Za-z0-9_.+-]+$/;

const compareMembers = (a: Member, b: Member) =>
  memberKinds.indexOf(a.kind) - memberKinds.indexOf(b.kind) ||
  compareTexts(a.text, b.text) ||
  compareTexts(a.domain, b.domain);

const compareTexts = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
