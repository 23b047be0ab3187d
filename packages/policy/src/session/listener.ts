import { type Filter, isAtLeast, type Listen, type Option, type TableExpression } from "@smtpdlint/grammar";
import { authOption, isIPAddress, optionOf, tlsOption } from "@smtpdlint/model";
import ipaddr from "ipaddr.js";
import { type EntryPoint, portsOf } from "../entry-points.ts";
import type { Environment } from "../environment.ts";
import { Mapping } from "../expansion/mapping.ts";
import type { Policy } from "../policy.ts";

/** What a session needs of its listener (struct listener). */
export interface Listener {
  /** Undefined for the socket that smtpd opens without being told. */
  readonly statement: Listen | undefined;
  readonly isSocket: boolean;
  /** Of the connection; undefined for the socket. */
  readonly port: number | string | undefined;
  /** What smtpd calls itself; undefined if that is the machine's name, which nobody knows. */
  readonly hostName: string | undefined;
  /** `hostnames`: the name by the address that the client has met. */
  readonly hostNames: Mapping | undefined;
  readonly address: string | undefined;
  readonly tag: string;
  readonly tls: "none" | "offered" | "required" | "immediate";
  readonly auth: "none" | "optional" | "required";
  /** Undefined if users log in with their passwords on this machine. */
  readonly credentials: Mapping | undefined;
  readonly senders: Mapping | undefined;
  readonly masquerades: boolean;
  readonly masksSource: boolean;
  readonly showsLogin: boolean;
  readonly offersDsn: boolean;
  /** True if smtpd adds the headers Date and Message-ID where they are missing. */
  readonly completesHeaders: boolean;
  /** In the order in which they are asked; empty also without `filter`. */
  readonly filters: readonly Filter[];
  readonly isFiltered: boolean;
}

/** A way in, and the address at which the client has met it. */
export function listenerOf(
  point: EntryPoint,
  address: string | undefined,
  port: number | string | undefined,
  policy: Policy,
  environment: Pick<Environment, "hostName">,
): Listener {
  const { listener: statement, reach, tag, auth } = point;
  const { target, tables } = policy.model;
  const isSocket = reach === "socket";
  const option = (...words: string[]) => statement && optionOf(statement, ...words);
  const table = (found: Option | undefined) => {
    const value = found?.value;
    return value && "kind" in value && isTable(value) ? new Mapping(tableName(value), tables.of(value)) : undefined;
  };
  const hostName = option("hostname")?.value;
  return {
    statement,
    isSocket,
    port,
    address,
    // The socket always has the name of the machine (parse.y, create_sock_listener).
    hostName: !isSocket && hostName?.kind === "text" ? hostName.value : environment.hostName,
    hostNames: table(option("hostnames")),
    tag,
    tls: tlsOf(statement && tlsOption(statement)),
    auth,
    credentials: table(statement && authOption(statement)),
    senders: table(option("senders")),
    masquerades: option("senders")?.modifier !== undefined,
    masksSource: option("mask-src", "mask-source") !== undefined,
    showsLogin: option("received-auth") !== undefined,
    offersDsn: option("no-dsn") === undefined && (!isSocket || statement !== undefined || isAtLeast(target, "7.5")),
    // Before 7.4 the port was compared in the wrong byte order.
    completesHeaders: isSocket || isLoopback(address) || (port === 587 && isAtLeast(target, "7.4")),
    filters: statement ? policy.filtersOf(statement) : [],
    isFiltered: option("filter") !== undefined,
  };
}

function tlsOf(option: Option | undefined): Listener["tls"] {
  switch (option?.keyword.word) {
    case "smtps":
      return "immediate";
    case "tls-require":
      return "required";
    case "tls":
      return "offered";
    default:
      return "none";
  }
}

const isTable = (value: NonNullable<Option["value"]>): value is TableExpression =>
  value.kind === "table-reference" || value.kind === "inline-table" || value.kind === "single-value";

const tableName = (table: TableExpression) =>
  table.kind === "table-reference" ? `<${table.name?.value ?? ""}>` : "a table";

/** parse.y, host_v4 and host_v6 */
const isLoopback = (address: string | undefined) => address === "127.0.0.1" || address === "::1";

/** The ways in that a client finds at an address and a port, the exact ones first. */
export function entryPointsAt(policy: Policy, address: string, port: number | string): EntryPoint[] {
  const points = policy.entryPoints.filter(
    ({ listener, reach }) => listener && reach !== "socket" && portsOf(listener).includes(port),
  );
  const exact = points.filter(({ listener }) => sameAddress(listener?.interface?.value ?? "", address));
  const wild = points.filter(({ listener }) => isWildcard(listener?.interface?.value ?? "", address));
  const rest = points.filter((point) => !exact.includes(point) && !wild.includes(point));
  const byName = rest.filter(({ listener, reach }) => {
    const name = listener?.interface?.value ?? "";
    return !isIPAddress(name) && (reach === "loopback") === (isIPAddress(address) && isLoopbackRange(address));
  });
  return [...exact, ...wild, ...byName];
}

const isLoopbackRange = (address: string) => ipaddr.parse(address).range() === "loopback";

function sameAddress(a: string, b: string): boolean {
  if (!isIPAddress(a) || !isIPAddress(b)) return a === b;
  return ipaddr.parse(a).toNormalizedString() === ipaddr.parse(b).toNormalizedString();
}

const isWildcard = (name: string, address: string) =>
  (name === "0.0.0.0" && !address.includes(":")) || (name === "::" && address.includes(":"));
