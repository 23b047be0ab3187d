import { sha1 } from "@noble/hashes/legacy";
import { utf8ToBytes } from "@noble/hashes/utils";
import { byteLength } from "@smtpdlint/grammar";
import { type MailAddress, parseMailAddress } from "@smtpdlint/model";

/** `srs key`, `srs key backup`, and the days of `srs ttl`. */
export interface SrsSettings {
  readonly key: string;
  readonly backupKey: string | undefined;
  readonly days: number;
}

/** True for an address that the Sender Rewriting Scheme has made. */
export const isSrs = (user: string): boolean => /^SRS[01]=/i.test(user);

/** The number of the day, which time stamps hold, of a time in seconds since 1970. */
export const dayOf = (seconds: number): number => Math.floor(seconds / 86400) % daysInCycle;

/**
 * Rewrites a sender, so that bounces come back to this machine (srs.c,
 * srs_encode). What cannot be rewritten stays as it is.
 */
export function encodeSrs(sender: string, domain: string, day: number, { key }: SrsSettings): string {
  const address = parseMailAddress(isSrs(sender) ? sender.slice(5) : sender);
  if (!address) return sender;
  if (/^SRS1=/i.test(sender)) return encodeAgain(sender.slice(5), `${address.user}@${domain}`, key);
  const isForwarded = isSrs(sender);
  const rest = isForwarded
    ? `${address.domain}==${address.user}@${domain}`
    : `${stampOf(day)}=${address.domain}=${address.user}@${domain}`;
  return sealed(isForwarded ? "SRS1" : "SRS0", rest, key) ?? (isForwarded ? sender.slice(5) : sender);
}

/** Puts this machine's seal in the place of another's; smtpd gives back the sender without its prefix if it cannot. */
function encodeAgain(sender: string, rest: string, key: string): string {
  if (byteLength(rest) >= mostOfAddress || !/^....[=+-]/s.test(rest)) return sender;
  return sealed("SRS1", rest.slice(5), key) ?? sender;
}

/**
 * The address of which `address` was made (srs.c, srs_decode); undefined if
 * the seal is not this machine's, the form is wrong, or the time stamp is not
 * fresh, for which `isFresh` is asked last.
 */
export function decodeSrs(
  { user, domain }: MailAddress,
  settings: SrsSettings,
  isFresh: (stamp: number) => boolean,
): MailAddress | undefined {
  const isFirst = /^SRS0=/i.test(user);
  const sealedText = `${user.slice(5)}@${domain}`;
  const rest = sealedText.slice(5);
  if (byteLength(sealedText) < 5 || ![settings.key, settings.backupKey].some((key) => isSeal(sealedText, rest, key))) {
    return undefined;
  }
  const address = parseMailAddress(isFirst ? rest.slice(3) : rest);
  const separator = address?.user.indexOf("=") ?? -1;
  if (!address || separator === -1) return undefined;
  const before = address.user.slice(separator + 1);
  const decoded = { user: isFirst ? before : `SRS0${before}`, domain: address.user.slice(0, separator) };
  if (byteLength(`${decoded.user}@${decoded.domain}`) >= mostOfAddress) return undefined;

  const stamped = isFirst ? rest : before.slice(6);
  if (!isFirst && !/^..[=+-]/s.test(stamped)) return undefined;
  const stamp = parseStamp(stamped);
  if (stamp === undefined || !isFresh(stamp)) return undefined;
  return parseMailAddress(`${decoded.user}@${decoded.domain}`);
}

/** True if a time stamp is of today, of up to `days` days ago, or of tomorrow (srs.c, timestamp_check_range). */
export function isFreshStamp(stamp: number, today: number, days: number): boolean {
  const isPast =
    today > days ? stamp <= today && stamp >= today - days : stamp <= today || stamp >= daysInCycle - (days - today);
  const isNext = today + 1 < daysInCycle ? stamp === today || stamp === today + 1 : stamp >= today || stamp === 0;
  return isPast || isNext;
}

/** SMTPD_MAXMAILADDRSIZE */
const mostOfAddress = 256;
const daysInCycle = 1024;
const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/** For URLs and file names (RFC 4648, section 5). */
const base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const stampOf = (day: number) => `${base32[day >> 5]}${base32[day & 31]}`;

function parseStamp(text: string): number | undefined {
  const [high, low] = [base32.indexOf(text[0] ?? "-"), base32.indexOf(text[1] ?? "-")];
  return text.length < 3 || high === -1 || low === -1 ? undefined : high * 32 + low;
}

/** Undefined if the result is too long. */
function sealed(prefix: "SRS0" | "SRS1", rest: string, key: string): string | undefined {
  const text = `${prefix}=${sealOf(key, rest)}=${rest}`;
  return byteLength(text) < mostOfAddress ? text : undefined;
}

const isSeal = (text: string, rest: string, key: string | undefined) =>
  key !== undefined && text.slice(0, 4) === sealOf(key, rest);

/** The first four characters of the hash in base64, which are its first three bytes. */
function sealOf(key: string, text: string): string {
  const [first = 0, second = 0, third = 0] = sha1(utf8ToBytes(key + text));
  const bits = first * 0x10000 + second * 0x100 + third;
  return [18, 12, 6, 0].map((shift) => base64[(bits >> shift) & 63]).join("");
}
