import type { MailAddress } from "@smtpdlint/model";
import { addressText } from "../expansion/envelope.ts";

/** What `%{…}` can stand for (struct deliver, struct userinfo). */
export interface FormatValues {
  readonly sender: MailAddress;
  readonly rcpt: MailAddress;
  readonly dest: MailAddress;
  readonly userName: string;
  readonly home: string;
  /** Inside a wrapper, the command that it wraps. */
  readonly mda?: string;
  readonly delimiter: string;
}

/** Expands the `%{…}` of a command; undefined if smtpd cannot (mda_variables.c, mda_expand_format). */
export function formatCommand(text: string, values: FormatValues): string | undefined {
  let rest = text;
  let expanded = "";
  if (rest.startsWith("~/")) {
    expanded = `${values.home}/`;
    rest = rest.slice(2);
  }
  for (let at = 0; at < rest.length; ) {
    if (rest.startsWith("%%", at)) {
      expanded += "%";
      at += 2;
    } else if (rest.startsWith("%{", at)) {
      const end = rest.indexOf("}", at + 2);
      const token = end === -1 ? undefined : expandToken(rest.slice(at + 2, end), values);
      if (token === undefined) return undefined;
      expanded += token;
      at = end + 1;
    } else expanded += rest[at++];
  }
  return expanded.length < mostOfCommand ? expanded : undefined;
}

/** EXPAND_BUFFER */
const mostOfCommand = 1024;

function expandToken(token: string, values: FormatValues): string | undefined {
  const [, name = "", slice, modifiers] = /^([^:[]*)(?:\[([^\]]+)\])?(?::(.*))?$/s.exec(token) ?? [];
  let value = specified(name.toLowerCase(), values);
  if (value === undefined) return undefined;
  let isRaw = /^(?:user\.directory|mda)$/i.test(name);
  for (const modifier of modifiers?.split("|") ?? []) {
    switch (modifier.toLowerCase()) {
      case "lowercase":
        value = value.toLowerCase();
        break;
      case "uppercase":
        value = value.toUpperCase();
        break;
      case "strip":
        value = withoutTag(value, values.delimiter);
        break;
      case "raw":
        isRaw = true;
        break;
      default:
        return undefined;
    }
  }
  // What the shell might understand becomes a colon.
  if (!isRaw) value = value.replace(/[!#$%&'*?`{|}~]/g, ":");
  return slice === undefined ? value : sliceOf(value, slice);
}

function specified(name: string, { sender, rcpt, dest, userName, home, mda }: FormatValues): string | undefined {
  const whole = (address: MailAddress) => (addressText(address) === "@" ? "" : addressText(address));
  switch (name) {
    case "sender":
      return whole(sender);
    case "sender.user":
      return sender.user;
    case "sender.domain":
      return sender.domain;
    case "rcpt":
      return whole(rcpt);
    case "rcpt.user":
      return rcpt.user;
    case "rcpt.domain":
      return rcpt.domain;
    case "dest":
      return whole(dest);
    case "dest.user":
      return dest.user;
    case "dest.domain":
      return dest.domain;
    case "user.username":
      return userName;
    case "user.directory":
      return home;
    case "mbox.from":
      return whole(sender) || "MAILER-DAEMON";
    case "mda":
      return mda;
    default:
      return undefined;
  }
}

function withoutTag(value: string, delimiter: string): string {
  const tag = value.indexOf(delimiter);
  if (tag === -1) return value;
  const at = value.indexOf("@", tag);
  return value.slice(0, tag) + (at === -1 ? "" : value.slice(at));
}

/** `from:to`, both included, from the end if negative; undefined where smtpd fails. */
function sliceOf(value: string, slice: string): string | undefined {
  const [, from = "", colon, to = ""] = /^(-?\d*)(:)?(-?\d*)$/.exec(slice) ?? [];
  if (value === "") return "";
  let start = Number(from || 0);
  let end = colon ? Number(to || mostOfCommand) : start;
  if (start >= value.length) return undefined;
  if (end >= value.length) end = value.length - 1;
  if (start < 0) start += value.length;
  if (end < 0) end += value.length - 1;
  return start < 0 || end < start ? undefined : value.slice(start, end + 1);
}
