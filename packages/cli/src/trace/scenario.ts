import { isIP } from "node:net";
import { type EntryPoint, hasTls, type Policy, portsOf, type Scenario, type Smtpd } from "@smtpdlint/policy";
import { UsageError } from "../usage-error.ts";

/** What the command line says about a message. What is undefined is filled in with what is ordinary. */
export interface MessageOptions {
  readonly to: readonly string[];
  readonly from: string | undefined;
  readonly client: string | undefined;
  readonly rdns: string | undefined;
  readonly fcrdns: "pass" | "fail" | "error" | undefined;
  readonly helo: string | undefined;
  readonly port: string | undefined;
  /** The number of a `listen` statement, from 1. */
  readonly listener: number | undefined;
  readonly socket: boolean;
  readonly tls: boolean | undefined;
  readonly auth: string | undefined;
  readonly bounce: boolean;
}

/** The clients that are meant where none is named: of networks for documentation (RFC 5737, RFC 3849). */
const strangers = { 4: "203.0.113.25", 6: "2001:db8::25" } as const;

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

/** The message that the options describe, and how it comes to smtpd; says what is wrong with them. */
export function scenarioOf(smtpd: Smtpd, options: MessageOptions, message: string | undefined): Scenario {
  const { helo, tls, auth, bounce } = options;
  const to = [...new Set(options.to)];
  const point = chooseEntryPoint(smtpd.policy, options);
  const isSocket = point.reach === "socket";
  const connection = isSocket ? smtpd.socket() : connect(smtpd, point, options);
  const from = bounce ? "" : (options.from ?? auth ?? (isSocket ? "root" : "someone@sender.example"));
  const name = connection.client.name;
  return {
    connection,
    usesTls: tls ?? true,
    user: auth,
    helo: helo ?? (name === "" || name === "<hostname>" ? "client.example" : name),
    mailFrom: unwrap(from),
    rcptTo: to.map(unwrap),
    message: message ?? plainMessage(unwrap(from), to.map(unwrap)),
  };
}

/** An address, with or without its brackets. */
const unwrap = (address: string) => address.replace(/^<(.*)>$/s, "$1");

function connect(smtpd: Smtpd, point: EntryPoint, { client, rdns, fcrdns, port }: MessageOptions) {
  const address = metAddress(point);
  const listener = smtpd.listener(point, address, portOf(point, port));
  const src = client ?? defaultClient(point);
  const known = smtpd.environment.client(src);
  const name = rdns === undefined ? (known?.name ?? defaultName(src)) : rdns === "none" ? "" : rdns;
  const confirmed = fcrdns ?? known?.confirmed ?? (name === "" ? "fail" : "pass");
  return { listener, src, client: { name, confirmed } };
}

const defaultName = (src: string) => (isLoopback(src) ? "localhost" : "mail.sender.example");

const isLoopback = (address: string) => address === "::1" || address.startsWith("127.");

function defaultClient({ reach, families }: EntryPoint): string {
  const isOnlyIPv6 = families.length === 1 && families[0] === 6;
  if (reach === "loopback") return isOnlyIPv6 ? "::1" : "127.0.0.1";
  return strangers[isOnlyIPv6 ? 6 : 4];
}

/** The address of this machine that the client has met, if the configuration says it. */
function metAddress({ listener, reach, families }: EntryPoint): string | undefined {
  const name = listener?.interface?.value ?? "";
  if (isIP(name)) return name;
  return reach === "loopback" ? (families.includes(4) ? "127.0.0.1" : "::1") : undefined;
}

function portOf({ listener }: EntryPoint, wanted: string | undefined): number | string | undefined {
  const ports = listener ? portsOf(listener) : [];
  return ports.find((port) => String(port) === wanted) ?? ports[0];
}

function chooseEntryPoint(policy: Policy, options: MessageOptions): EntryPoint {
  const { client, port, listener: number, socket, tls, auth, bounce } = options;
  const points = policy.entryPoints;
  const ofSocket = points.find(({ reach }) => reach === "socket") as EntryPoint;
  if (socket || bounce || client === "local") return ofSocket;
  if (client !== undefined && !isIP(client)) {
    throw new UsageError(`--client needs an address, or local for the socket, not ${client}`);
  }
  const listening = points.filter(({ reach }) => reach !== "socket");
  if (number !== undefined) {
    const found = listening[number - 1];
    if (found) return found;
    const many = listening.length === 1 ? "is 1 listener" : `are ${listening.length} listeners`;
    throw new UsageError(`--listener ${number}: there ${many}`);
  }
  const family = client && (isIP(client) as 4 | 6);
  const fitting = listening.filter(
    (point) =>
      (!family || point.families.includes(family)) &&
      (port === undefined || (point.listener && portsOf(point.listener).some((open) => String(open) === port))) &&
      (!tls || (point.listener && hasTls(point.listener))) &&
      (auth === undefined || point.auth !== "none"),
  );
  const preferred = fitting.filter(({ listener, reach }) => isPublicPort(listener) && reach !== "loopback");
  const found = preferred[0] ?? fitting.find(({ reach }) => reach !== "loopback") ?? fitting[0];
  if (found) return found;
  if (listening.length === 0 && port === undefined && auth === undefined && !tls) return ofSocket;
  throw new UsageError(`no listener ${describeWanted(options)}`);
}

const isPublicPort = (listener: EntryPoint["listener"]) => listener !== undefined && portsOf(listener).includes(25);

function describeWanted({ client, port, tls, auth }: MessageOptions): string {
  const parts = [
    port === undefined ? undefined : `on port ${port}`,
    client === undefined ? undefined : `that ${client} can reach`,
    tls ? "with TLS" : undefined,
    auth === undefined ? undefined : "where users can log in",
  ];
  return parts.filter((part) => part !== undefined).join(" ");
}
