import { byteLength } from "@smtpdlint/grammar";
import { isDomainPart, type MailAddress, parseMailAddress } from "@smtpdlint/model";

/** The address of MAIL FROM or RCPT TO, and what follows it. */
export interface PathArgument {
  readonly address: MailAddress;
  /** The ESMTP parameters, behind the `>`. */
  readonly rest: string;
}

/**
 * Reads `<user@domain> PARAMETERS` (smtp_session.c, smtp_mailaddr). A user
 * without a domain is at `domain`; only a sender may be empty. Undefined if
 * smtpd finds a syntax error.
 */
export function parsePath(text: string, kind: "sender" | "recipient", domain: string): PathArgument | undefined {
  const end = text.indexOf(">");
  if (!text.startsWith("<") || end === -1) return undefined;
  const written = parseMailAddress(text.slice(1, end));
  if (!written) return undefined;
  const rest = text.slice(end + 1).replace(/^ +/, "");
  // A source route ends with a colon.
  const user = written.user.slice(written.user.indexOf(":") + 1);
  if (kind === "sender" && user === "" && written.domain === "") return { address: { user, domain: "" }, rest };
  if (!localPart.test(user)) return undefined;
  if (written.domain === "") return { address: { user, domain }, rest };
  const isDomain = isDomainPart(written.domain) && byteLength(written.domain) < mostOfDomain;
  return isDomain ? { address: { user, domain: written.domain }, rest } : undefined;
}

/** True for a name that HELO may give (util.c, valid_domainpart). */
export const isDomain = (name: string): boolean =>
  parsePath(`<x@${name}>`, "recipient", "")?.address.domain === name && name !== "";

/** True for what may stand before the `@` of an address (util.c, valid_localpart). */
export const isLocalPart = (user: string): boolean => localPart.test(user);

/** The address of a path as smtpd reads it before it looks for errors; undefined without brackets. */
export function writtenAddress(text: string): MailAddress | undefined {
  const end = text.indexOf(">");
  const written = text.startsWith("<") && end !== -1 ? parseMailAddress(text.slice(1, end)) : undefined;
  return written && { ...written, user: written.user.slice(written.user.indexOf(":") + 1) };
}

/** Atoms with dots between them (util.c, valid_localpart). */
const localPart = /^[A-Za-z0-9!#$%*/?|^{}`~&'+\-=_]+(?:\.[A-Za-z0-9!#$%*/?|^{}`~&'+\-=_]+)*$/;
/** SMTPD_MAXDOMAINPARTSIZE */
const mostOfDomain = 256;
