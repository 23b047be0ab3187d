import { isIPv4, isIPv6 } from "@smtpdlint/model";
import { type EntryPoint, hasTls, portsOf } from "./entry-points.ts";
import { outsideMessage } from "./outside.ts";
import type { Policy } from "./policy.ts";
import type { Connection } from "./session/session-server.ts";
import type { Smtpd } from "./smtpd.ts";
import type { Scenario } from "./trace.ts";

/** What somebody says about a message. What is undefined is filled in with what is ordinary. */
export interface MessageDescription {
  readonly to: readonly string[];
  readonly from: string | undefined;
  readonly client: string | undefined;
  readonly rdns: string | undefined;
  readonly fcrdns: "pass" | "fail" | "error" | undefined;
  readonly helo: string | undefined;
  readonly port: string | undefined;
  /** Of the listener. */
  readonly tag: string | undefined;
  /** The number of a `listen` statement, from 1. */
  readonly listener: number | undefined;
  /** As sendmail(8) sends it; also meant by a client called `local`. */
  readonly socket: boolean;
  readonly tls: boolean | undefined;
  readonly auth: string | undefined;
  readonly bounce: boolean;
}

/** Why a message cannot come to smtpd as it is described. */
export type ScenarioProblem =
  | { readonly kind: "no address"; readonly client: string }
  | { readonly kind: "no such listener"; readonly number: number; readonly listeners: number }
  /** `wanted` says what is asked of it: `on port 587 with TLS`. */
  | { readonly kind: "no listener"; readonly wanted: string };

/** The clients that are meant where none is named; that of IPv6 is of a network for documentation (RFC 3849). */
const strangers = { 4: outsideMessage.src, 6: "2001:db8::25" } as const;

/** The message that is sent where none is given. */
const plainMessage = (from: string, to: readonly string[]) =>
  [
    `From: <${from}>`,
    `To: ${to.map((address) => `<${address}>`).join(", ")}`,
    "Subject: test",
    "Date: Thu, 1 Jan 2026 00:00:00 +0000",
    "Message-ID: <test@sender.example>",
    "",
    "This is a test.",
  ].join("\n");

/** The message that is described, and how it comes to smtpd; or why it cannot. */
export function scenarioOf(
  smtpd: Smtpd,
  description: MessageDescription,
  message?: string,
): { readonly scenario: Scenario } | { readonly problem: ScenarioProblem } {
  const { helo, tls, auth, bounce } = description;
  const connection = connectionOf(smtpd, description);
  if ("problem" in connection) return connection;
  const isSocket = connection.src === "local";
  const from = unwrap(bounce ? "" : (description.from ?? auth ?? (isSocket ? "root" : outsideMessage.mailFrom)));
  const to = [...new Set(description.to)].map(unwrap);
  const { name } = connection.client;
  const scenario = {
    connection,
    usesTls: tls ?? true,
    user: auth,
    helo: helo ?? (name === "" || name === "<hostname>" ? outsideMessage.helo : name),
    mailFrom: from,
    rcptTo: to,
    message: message ?? plainMessage(from, to),
  };
  return { scenario };
}

/** The ways in by `listen` statements, in their order: `listener 1` is the first. */
export const listenersOf = ({ entryPoints }: Policy): readonly EntryPoint[] =>
  entryPoints.filter(({ reach }) => reach !== "socket");

/** How the described client comes to smtpd, whatever it sends. */
export function connectionOf(
  smtpd: Smtpd,
  description: MessageDescription,
): Connection | { readonly problem: ScenarioProblem } {
  const point = chooseEntryPoint(smtpd.policy, description);
  if ("kind" in point) return { problem: point };
  return point.reach === "socket" ? smtpd.socket() : connect(smtpd, point, description);
}

/** An address, with or without its brackets. */
const unwrap = (address: string) => address.replace(/^<(.*)>$/s, "$1");

function connect(smtpd: Smtpd, point: EntryPoint, { client, rdns, fcrdns, port }: MessageDescription) {
  const address = metAddress(point);
  const listener = smtpd.listener(point, address, portOf(point, port));
  const src = client ?? defaultClient(point);
  const known = smtpd.environment.client(src);
  const name = rdns === undefined ? (known?.name ?? defaultName(src)) : rdns === "none" ? "" : rdns;
  const confirmed = fcrdns ?? known?.confirmed ?? (name === "" ? "fail" : "pass");
  return { listener, src, client: { name, confirmed } };
}

const defaultName = (src: string) => (isLoopback(src) ? "localhost" : outsideMessage.rdns);

const isLoopback = (address: string) => address === "::1" || address.startsWith("127.");

function defaultClient({ reach, families }: EntryPoint): string {
  const isOnlyIPv6 = families.length === 1 && families[0] === 6;
  if (reach === "loopback") return isOnlyIPv6 ? "::1" : "127.0.0.1";
  return strangers[isOnlyIPv6 ? 6 : 4];
}

/** The address of this machine that the client has met, if the configuration says it. */
function metAddress({ listener, reach, families }: EntryPoint): string | undefined {
  const name = listener?.interface?.value ?? "";
  if (familyOf(name)) return name;
  return reach === "loopback" ? (families.includes(4) ? "127.0.0.1" : "::1") : undefined;
}

function portOf({ listener }: EntryPoint, wanted: string | undefined): number | string | undefined {
  const ports = listener ? portsOf(listener) : [];
  return ports.find((port) => String(port) === wanted) ?? ports[0];
}

function chooseEntryPoint(policy: Policy, description: MessageDescription): EntryPoint | ScenarioProblem {
  const { client, port, tag, listener: number, socket, tls, auth, bounce } = description;
  const points = policy.entryPoints;
  const ofSocket = points.find(({ reach }) => reach === "socket") as EntryPoint;
  if (socket || bounce || client === "local") return ofSocket;
  const family = client === undefined ? undefined : familyOf(client);
  if (client !== undefined && !family) return { kind: "no address", client };
  const listening = listenersOf(policy);
  if (number !== undefined) {
    return listening[number - 1] ?? { kind: "no such listener", number, listeners: listening.length };
  }
  const fitting = listening.filter(
    (point) =>
      (!family || point.families.includes(family)) &&
      (port === undefined || (point.listener && portsOf(point.listener).some((open) => String(open) === port))) &&
      (tag === undefined || point.tag === tag.toLowerCase()) &&
      (!tls || (point.listener && hasTls(point.listener))) &&
      (auth === undefined || point.auth !== "none"),
  );
  // A client of this machine comes by its loopback, others do not.
  const near = fitting.filter(({ reach }) => (reach === "loopback") === (client !== undefined && isLoopback(client)));
  const found = near.find(({ listener }) => isPublicPort(listener)) ?? near[0] ?? fitting[0];
  if (found) return found;
  const isPlain = port === undefined && tag === undefined && auth === undefined && !tls;
  return listening.length === 0 && isPlain ? ofSocket : { kind: "no listener", wanted: describeWanted(description) };
}

function familyOf(address: string): 4 | 6 | undefined {
  if (isIPv4(address)) return 4;
  return isIPv6(address) ? 6 : undefined;
}

const isPublicPort = (listener: EntryPoint["listener"]) => listener !== undefined && portsOf(listener).includes(25);

function describeWanted({ client, port, tag, tls, auth }: MessageDescription): string {
  const parts = [
    port === undefined ? undefined : `on port ${port}`,
    tag === undefined ? undefined : `with the tag ${tag}`,
    client === undefined ? undefined : `that ${client} can reach`,
    tls ? "with TLS" : undefined,
    auth === undefined ? undefined : "where users can log in",
  ];
  return parts.filter((part) => part !== undefined).join(" ");
}
