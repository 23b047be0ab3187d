import { isHostName } from "./host-name.ts";
import { isIPv4, isIPv6 } from "./ip-address.ts";

/** A relay as `host` names it. */
export interface RelayUrl {
  /** `smtp` where none is written. */
  readonly scheme: Scheme;
  /** The name under which the password is found; empty if there is none. */
  readonly label: string;
  readonly host: string;
  readonly port: number;
  /** Where the part begins that smtpd reads over, or the length of the text. */
  readonly end: number;
}

/** Why smtpd does not understand a relay; `start` and `end` are offsets in the text. */
export interface RelayUrlError {
  readonly reason: "scheme" | "label" | "bracket" | "host" | "port" | "lmtp-port" | "length";
  readonly start: number;
  readonly end: number;
}

const ports = { smtp: 25, "smtp+tls": 25, "smtp+notls": 25, lmtp: 0, smtps: 465 } as const;
/** The part of a relay URL before `://`. */
export type Scheme = keyof typeof ports;
/** All schemes of relay URLs (to.c, text_to_relayhost). */
export const relaySchemes = Object.keys(ports) as readonly Scheme[];

/** What each means for the connection (to.c, text_to_relayhost; mta.c). */
export const schemeHelp: Readonly<Record<Scheme, string>> = {
  smtp: "encrypts if the other server offers it, without checking who it is",
  "smtp+tls": "does not send mail unless STARTTLS works",
  "smtp+notls": "never encrypts",
  lmtp: "speaks LMTP without encryption; the port must be given",
  smtps: "TLS from the first byte",
};

/** Schemes in which a password can be sent. */
const secure = new Set<Scheme>(["smtp+tls", "smtps"]);

/** Reads `[scheme://][label@]host[:port]` (to.c, text_to_relayhost). */
export function parseRelayUrl(text: string): RelayUrl | RelayUrlError {
  const fail = (reason: RelayUrlError["reason"], start: number, end: number) => ({ reason, start, end });
  if (text.length >= 1024) return fail("length", 0, text.length);
  const slashes = text.indexOf("://");
  const written = text.slice(0, Math.max(slashes, 0)).toLowerCase();
  const scheme = slashes === -1 ? undefined : relaySchemes.find((name) => name === written);
  if (!scheme && slashes !== -1) return fail("scheme", 0, slashes + 3);
  const labelStart = scheme ? scheme.length + 3 : 0;
  const at = text.indexOf("@", labelStart);
  const hostStart = at === -1 ? labelStart : at + 1;
  const label = at === -1 ? "" : text.slice(labelStart, at);

  let hostEnd = hostStart;
  if (text[hostStart] === "[") {
    hostEnd = text.indexOf("]", hostStart) + 1;
    if (hostEnd === 0) return fail("bracket", hostStart, text.length);
  } else {
    const length = text.slice(hostStart).search(/[^A-Za-z0-9_.-]/);
    hostEnd = length === -1 ? text.length : hostStart + length;
  }
  const host = text.slice(hostStart, hostEnd);

  let port: number = ports[scheme ?? "smtp"];
  let end = hostEnd;
  if (text[hostEnd] === ":") {
    port = toPort(text.slice(hostEnd + 1));
    if (port === 0) return fail("port", hostEnd, text.length);
    end = text.length;
  }
  if (!isDomainPart(host))
    return fail("host", hostStart, Math.max(hostEnd, hostStart === text.length ? 0 : hostStart + 1));
  if (port === 0) return fail("lmtp-port", hostStart, text.length);
  if (label && !secure.has(scheme ?? "smtp")) return fail("label", 0, at + 1);
  return { scheme: scheme ?? "smtp", label, host, port, end };
}

/** strtonum(3), from 1 to 65535; 0 if it is not in there. */
function toPort(text: string): number {
  const port = /^[ \t\n\v\f\r]*\+?\d{1,9}$/.test(text) ? Number(text) : 0;
  return port <= 65535 ? port : 0;
}

/** An address in brackets, or the name of a host (util.c, valid_domainpart). */
export function isDomainPart(text: string): boolean {
  if (!text.startsWith("[")) return text !== "" && !text.endsWith(".") && isHostName(text);
  const inner = /^\[(?:IPv6:)?([^\]]*)\]$/i.exec(text)?.[1] ?? "";
  return isIPv4(inner) || (isIPv6(inner) && !inner.includes("%"));
}
