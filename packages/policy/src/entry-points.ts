import { isAtLeast, type Listen, originOf, type Release } from "@smtpdlint/grammar";
import { familyOption, isIPAddress, isIPv4, isIPv6, mailPort, optionOf, tlsOption } from "@smtpdlint/model";
import ipaddr from "ipaddr.js";

/** The ports that a listener opens: a number, or the name of a service that is none of mail's (parse.y, create_if_listener). */
export function portsOf(listener: Listen): readonly (number | string)[] {
  // Says nothing about places: of a listener that has moved the parts need not be worked out.
  const asRead = originOf(listener);
  const port = optionOf(asRead, "port")?.value;
  if (port?.kind === "number") return [port.value];
  if (port?.kind === "keyword") return [mailPort(port.word) ?? port.word];
  if (port?.kind === "text") return port.faulty ? [] : [mailPort(port.value) ?? port.value];
  return [tlsOption(asRead)?.keyword.word === "smtps" ? 465 : 25];
}

export const hasTls = (listener: Listen): boolean => tlsOption(listener) !== undefined;

/** Where a message can enter smtpd: a listener, or the socket of sendmail(8). */
export interface EntryPoint {
  /** Undefined for the socket that smtpd opens without being told. */
  readonly listener: Listen | undefined;
  /** Who can reach it: this machine, its network, or everybody; `unknown` if the address is not known. */
  readonly reach: "socket" | "loopback" | "private" | "outside" | "unknown";
  /** In lower case, empty if it sets none. */
  readonly tag: string;
  /** Whether clients can, or must, log in. */
  readonly auth: "none" | "optional" | "required";
  /** True if only a client with a certificate of the listener's `ca` gets in, which is as good as a login. */
  readonly wantsCertificate: boolean;
  /** The versions of IP by which clients come; both if that is not known. */
  readonly families: readonly (4 | 6)[];
}

/** True if somebody outside can hand over mail there without having been let in. */
export const isOpenToAll = ({ listener, reach, auth, wantsCertificate }: EntryPoint): boolean =>
  listener !== undefined && reach === "outside" && auth !== "required" && !wantsCertificate;

/** True for the entry point of other mail servers: port 25, within reach from outside. */
export const isForServers = ({ listener, reach, wantsCertificate }: EntryPoint): boolean =>
  reach === "outside" && listener !== undefined && !wantsCertificate && portsOf(listener).includes(25);

/** All entry points of a configuration, the socket always among them (parse.y, parse_config). */
export function entryPoints(listeners: readonly Listen[], target: Release): EntryPoint[] {
  const points = listeners.map((listener) => ({ ...pointAsRead(originOf(listener), target), listener }));
  if (points.some(({ reach }) => reach === "socket")) return points;
  const implicit = { listener: undefined, reach: "socket", tag: implicitTag(target), auth: "none" } as const;
  return [...points, { ...implicit, wantsCertificate: false, families: [] }];
}

/** Of a listener, wherever it has moved to since it was read, which is done for one release. */
function pointAsRead(listener: Listen, target: Release): EntryPoint {
  let point = pointsAsRead.get(listener);
  if (!point) {
    const words = listener.options.map(({ keyword }) => keyword.word);
    point = {
      listener,
      reach: reachOf(listener),
      tag: tagOf(listener, target),
      auth: words.includes("auth") ? "required" : words.includes("auth-optional") ? "optional" : "none",
      wantsCertificate: wantsCertificate(listener, target),
      families: familiesOf(listener),
    };
    pointsAsRead.set(listener, point);
  }
  return point;
}

const pointsAsRead = new WeakMap<Listen, EntryPoint>();

/**
 * With `verify` libtls asks each client for a certificate and checks it against
 * `ca` (smtp.c, smtp_setup_listener_tls). Up to 6.8 any certificate of the
 * system's authorities was good too, and without `ca` they are all that counts:
 * those give one to everybody.
 */
function wantsCertificate(listener: Listen, target: Release): boolean {
  const tls = optionOf(listener, "tls-require", "smtps");
  return isAtLeast(target, "7.0") && tls?.modifier?.word === "verify" && optionOf(listener, "ca") !== undefined;
}

function familiesOf(listener: Listen): readonly (4 | 6)[] {
  const word = familyOption(listener)?.keyword.word;
  const address = listener.interface?.value ?? "";
  if (word === "inet4" || isIPv4(address)) return [4];
  return word === "inet6" || isIPv6(address) ? [6] : [4, 6];
}

function tagOf(listener: Listen, target: Release): string {
  const tag = optionOf(listener, "tag")?.value;
  if (tag?.kind === "text") return tag.value.toLowerCase();
  return listener.socket ? implicitTag(target) : "";
}

/** True if a tag is set that nobody can read. */
export const hasUnknownTag = (listener: Listen): boolean =>
  listener.broken ||
  originOf(listener).options.some(
    ({ keyword, value }) => keyword.word === "tag" && (value?.kind !== "text" || value.faulty),
  );

/** Up to 6.6 the socket had the tag "local". */
const implicitTag = (target: Release) => (isAtLeast(target, "6.7") ? "" : "local");

const loopbackNames = new Set(["lo", "lo0", "localhost", "ip6-localhost", "ip6-loopback"]);

const privateRanges = new Set<string>(["private", "uniqueLocal", "linkLocal", "carrierGradeNat"]);

function reachOf({ socket, interface: name }: Listen): EntryPoint["reach"] {
  if (socket) return "socket";
  if (!name || name.faulty) return "unknown";
  if (loopbackNames.has(name.value.toLowerCase())) return "loopback";
  if (!isIPAddress(name.value)) return "outside";
  const range = ipaddr.process(name.value).range();
  if (range === "loopback") return "loopback";
  return privateRanges.has(range) ? "private" : "outside";
}
