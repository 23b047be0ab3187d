import { type Action, isAtLeast, type TableExpression } from "@smtpdlint/grammar";
import {
  entriesOf,
  isIPAddress,
  type Model,
  optionOf,
  parseMailAddress,
  parseRelayUrl,
  type RelayUrl,
  type TableInfo,
} from "@smtpdlint/model";
import type { Assumptions } from "../assumptions.ts";
import type { Environment } from "../environment.ts";
import { deliveryOf } from "../expansion/delivery.ts";
import { addressText, type RelayEnvelope } from "../expansion/envelope.ts";
import { relaySender } from "../expansion/make-envelope.ts";
import { Mapping } from "../expansion/mapping.ts";
import { isError } from "../relay-hosts.ts";
import { parseCredentials } from "../session/credentials.ts";
import type { QueuedEnvelope } from "../session/transaction.ts";
import { type Destination, failed, type Outcome } from "./outcome.ts";
import { findRoutes, type Route } from "./routes.ts";

const later = (status: string) => failed("mta", "TempFail", status);

/** Hands a message to another server (mta.c, mta_handle_envelope; mta_session.c). */
export function relay(
  queued: QueuedEnvelope,
  envelope: RelayEnvelope,
  action: Action,
  model: Model,
  environment: Environment,
  assumptions: Assumptions,
): Outcome {
  const domain = parseMailAddress(envelope.dest)?.domain ?? "";
  const smarthost = findSmarthost(action, domain, model, assumptions);
  if (smarthost === "missing" || smarthost === "failure") return later("Cannot retrieve smarthost");
  const url = smarthost === undefined || smarthost === "unknown" ? undefined : parseRelayUrl(smarthost);
  if (url && isError(url)) return later("Cannot parse smarthost");
  const secrets = tableOf(action, "auth", model);
  if (url?.label && !secrets) return later("No auth table for relaying");
  const wantsTls = optionOf(action, "tls") !== undefined;
  if (wantsTls && url?.scheme === "smtp+notls") return later("TLS required for relaying");
  const secret = url?.label ? secrets?.find(url.label.toLowerCase()) : undefined;
  const isUnreadable = typeof secret === "object" && typeof parseCredentials(secret.value ?? "") === "string";
  if (secret === "missing" || isUnreadable) return later("Could not retrieve credentials");

  const plain = plainSender(queued, action, model);
  const sources = sourcesOf(action, model);
  const helo = heloOf(action, sources, model, environment);
  const route = new Relaying(url, wantsTls, environment);
  const destination = (found: Route | undefined) => ({
    kind: "server" as const,
    relay: smarthost,
    server: found && { address: found.address, port: route.port },
    protocol: url?.scheme === "lmtp" ? ("lmtp" as const) : ("smtp" as const),
    tls: route.tls,
    label: url?.label ?? "",
    helo: helo === "missing" ? undefined : helo,
    source: sources?.[0],
    sender: envelope.srs ? envelope.sender : plain,
    recipient: envelope.dest,
  });
  if (smarthost === "unknown") return unknown(destination(undefined));
  const backup = url ? undefined : backupName(action, queued);
  const routes = findRoutes(url ? { host: url.host } : { domain }, backup, environment, isAtLeast(model.target, "7.5"));
  if (routes === undefined) return unknown(destination(undefined));
  if ("failure" in routes) return { ...failed("mta", routes.failure, routes.status), sender: plain };
  if (helo === "missing" && routes.routes.length > 0) {
    return { ...later("No valid route to destination"), sender: plain };
  }
  // The sender is rewritten only for a server that answers.
  return { sender: plain, ...route.deliver(routes.routes, sources, destination) };
}

const unknown = (destination: Destination): Outcome => ({ by: "mta", result: undefined, status: "", destination });

/** How the servers of a relay are spoken to. */
class Relaying {
  readonly tls: Extract<Destination, { kind: "server" }>["tls"];
  readonly port: number;

  constructor(
    url: RelayUrl | undefined,
    wantsTls: boolean,
    private readonly environment: Environment,
  ) {
    this.port = url?.port ?? 25;
    switch (url?.scheme) {
      case "smtps":
        this.tls = "immediate";
        break;
      case "smtp+tls":
        this.tls = "required";
        break;
      case "smtp+notls":
      case "lmtp":
        this.tls = "none";
        break;
      default:
        this.tls = wantsTls ? "required" : "offered";
    }
  }

  /** Tries the servers one after another, as mta_find_route does. */
  deliver(
    routes: readonly Route[],
    sources: readonly string[] | undefined,
    destination: (route: Route) => Extract<Destination, { kind: "server" }>,
  ): Outcome {
    if (routes.length === 0) return later("No MX found for destination");
    if (sources?.length === 0) return later("Could not retrieve source address");
    const fitting = routes.filter(({ address }) => !sources || sources.some((source) => isSameFamily(source, address)));
    for (const route of fitting) {
      const server = this.environment.server(route.address, this.port);
      if (!server) return unknown(destination(route));
      const isSecret = this.tls === "required" || this.tls === "immediate";
      if (server === "unreachable" || (isSecret && !server.offersTls)) continue;
      const reply = server.recipientReply.startsWith("2") ? server.messageReply : server.recipientReply;
      const { sender } = destination(route);
      if (reply.startsWith("2")) {
        return { by: "mta", result: "Ok", status: reply, destination: destination(route), sender };
      }
      return { ...failed("mta", reply.startsWith("5") ? "PermFail" : "TempFail", reply), sender };
    }
    return later(
      fitting.length < routes.length
        ? "Address family mismatch on destination MXs"
        : "Network error on destination MXs",
    );
  }
}

const isSameFamily = (a: string, b: string) => a.includes(":") === b.includes(":");

/** The relay of `host` or `domain`; undefined without one. */
function findSmarthost(
  action: Action,
  domain: string,
  model: Model,
  assumptions: Assumptions,
): string | "missing" | "failure" | "unknown" | undefined {
  const host = infoOf(action, "host", model);
  if (host) {
    const hosts = [...entriesOf(host)].map(({ key }) => key);
    if (hosts.length === 0) return host.kind === "list" ? "missing" : "unknown";
    if (hosts.length === 1) return hosts[0];
    // smtpd takes them in turn.
    return assumptions.assume({ topic: "smarthost", about: action.name?.value ?? "", answers: hosts });
  }
  const relays = tableOf(action, "domain", model);
  if (!relays) return undefined;
  const entry = relays.find(domain.toLowerCase());
  return typeof entry === "object" ? (entry.value ?? "failure") : (entry ?? "unknown");
}

/** The addresses of `src`; undefined without it, or if they are not known. */
function sourcesOf(action: Action, model: Model): readonly string[] | undefined {
  const info = infoOf(action, "src", model);
  if (!info || (info.kind !== "list" && info.kind !== "mapping")) return undefined;
  return [...entriesOf(info)].map(({ key }) => key.replace(/^\[(?:ipv6:)?(.*)\]$/i, "$1")).filter(isIPAddress);
}

/** What smtpd calls itself; `missing` if `helo-src` does not have the address. Undefined if nobody knows. */
function heloOf(
  action: Action,
  sources: readonly string[] | undefined,
  model: Model,
  { hostName }: Pick<Environment, "hostName">,
): string | "missing" | undefined {
  const names = tableOf(action, "helo-src", model);
  // Without `src` the table is not asked.
  if (names && optionOf(action, "src")) {
    const source = sources?.[0];
    if (source === undefined) return undefined;
    const entry = names.find(source.includes(":") ? `[${source}]` : source);
    return typeof entry === "object" ? entry.value : entry;
  }
  const helo = optionOf(action, "helo")?.value;
  return helo?.kind === "text" ? helo.value : hostName;
}

/** The name by which a backup server finds itself among the exchangers; undefined for others. */
function backupName(action: Action, { hostName }: QueuedEnvelope): string | undefined {
  const backup = optionOf(action, "backup");
  if (!backup) return undefined;
  return backup.value?.kind === "text" ? backup.value.value : hostName;
}

/** The sender with what `mail-from` puts in its place, before it is rewritten by SRS. */
function plainSender(queued: QueuedEnvelope, action: Action, model: Model): string {
  const sender = addressText(queued.sender);
  const changed = relaySender({ mailFrom: sender }, deliveryOf(action, model).mailFrom);
  return changed === "@" ? "" : changed;
}

const infoOf = (action: Action, word: string, model: Model): TableInfo | undefined => {
  const value = optionOf(action, word)?.value as TableExpression | undefined;
  return value && model.tables.of(value);
};

const tableOf = (action: Action, word: string, model: Model): Mapping | undefined => {
  const info = infoOf(action, word, model);
  return info && new Mapping(word, info);
};
