import {
  type Actual,
  type Delivered,
  listenersOf,
  type MatchRule,
  type MessageDescription,
  type Scenario,
  type Smtpd,
  scenarioOf,
} from "@smtpdlint/policy";
import { unknownText } from "../trace/words.ts";
import { inQuotes, quoted } from "./quoted.ts";

/** A message and its way in, as the conditions of a test; what would be filled in is left out. */
export function conditionsText(scenario: Scenario, smtpd: Smtpd): string {
  const { connection, user, helo, mailFrom, rcptTo } = scenario;
  const { src, client, listener } = connection;
  const { isSocket } = listener;
  const listeners = listenersOf(smtpd.policy);
  const number = listeners.findIndex((point) => point.listener === listener.statement) + 1;
  const told = {
    ...nothingTold,
    to: rcptTo,
    client: isSocket ? undefined : src,
    listener: isSocket ? undefined : number,
    socket: isSocket,
    auth: isSocket ? undefined : user,
  };
  const usual = filledIn(told, smtpd);
  const rdns = client.name || "none";
  const parts = [
    isSocket ? "from local" : `from ${src}`,
    !isSocket && listeners.length > 1 && `listener ${number}`,
    told.auth !== undefined && `auth ${quoted(told.auth)}`,
    usual?.connection.client.name !== client.name && `rdns ${quoted(rdns)}`,
    filledIn({ ...told, rdns }, smtpd)?.helo !== helo && `helo ${quoted(helo)}`,
    usual?.mailFrom !== mailFrom && `mail-from ${quoted(mailFrom || "<>")}`,
    `to ${quoted(rcptTo[0] ?? "")}`,
  ];
  return parts.filter(Boolean).join(" ");
}

const nothingTold = {
  from: undefined,
  rdns: undefined,
  fcrdns: undefined,
  helo: undefined,
  port: undefined,
  tag: undefined,
  tls: undefined,
  bounce: false,
} as const;

function filledIn(description: MessageDescription, smtpd: Smtpd): Scenario | undefined {
  const described = scenarioOf(smtpd, description);
  return "scenario" in described ? described.scenario : undefined;
}

/** What became of a recipient, in words; where it is known, a test may expect it so: `reject 550 "Invalid recipient" at rcpt-to`. */
export interface OutcomeWords {
  /** As a test holds it: without the numbers of rules, which move. */
  readonly text: string;
  readonly withRules: string;
  /** False if it is not known, or if smtpd crashes: no test can expect that. */
  readonly isExpectable: boolean;
}

export function outcomeWords(actuals: readonly Actual[], numberOf: (rule: MatchRule) => number): OutcomeWords {
  const join = (texts: readonly string[]) => [...new Set(texts)].join(" and ");
  return {
    text: join(actuals.map((actual) => actualText(actual, ""))),
    withRules: join(
      actuals.map((actual) =>
        actualText(actual, "rule" in actual && actual.rule ? ` rule ${numberOf(actual.rule)}` : ""),
      ),
    ),
    isExpectable: actuals.length > 0 && actuals.every(({ kind }) => kind !== "unknown" && kind !== "crash"),
  };
}

/** `rule` is what is said of the match rule. */
function actualText(actual: Actual, rule: string): string {
  if (actual.kind === "unknown") return `(not known: ${unknownText(actual.unknown)})`;
  if (actual.kind === "crash") return "(smtpd crashes)";
  const by = actual.filter?.name === undefined ? "" : ` by ${quoted(actual.filter.name.value)}`;
  if ("reply" in actual) {
    const { kind, reply, at } = actual;
    return `${kind === "refused" ? "reject" : "tempfail"}${replyText(reply)} at ${at}${by}${rule}`;
  }
  const { kind, delivered, isJunk } = actual;
  const action = ` action ${quoted(delivered.queued.envelope.action)}`;
  if (kind === "bounced" || kind === "queued") return `${kind}${action}${rule}`;
  const junk = isJunk ? `junk${by} and ` : "";
  return `${junk}${placeText(delivered)}${action}${rule}`;
}

/** The code apart from the text; an address in the text is the recipient's, and goes without saying. */
function replyText(reply: string): string {
  const [, code, text = ""] = /^(\d{3}(?: \d\.\d+\.\d+)?)(?: (.*))?$/s.exec(reply) ?? [];
  if (code === undefined) return "";
  const short = text.replace(/:? <[^>]*>$/, "");
  return ` ${code}${short === "" ? "" : ` ${inQuotes(short)}`}`;
}

function placeText({ queued, outcome }: Delivered): string {
  const { envelope } = queued;
  const { destination } = outcome;
  if (destination?.kind === "program" && envelope.kind === "local" && envelope.exec !== undefined) {
    return `command ${quoted(destination.command)}`;
  }
  if (destination?.kind === "file") return `file ${quoted(destination.path)}`;
  if (envelope.kind === "local") return `local ${quoted(envelope.user)}`;
  const relay = destination?.kind === "server" ? destination.relay : undefined;
  return relay === undefined ? "relay" : `relay ${quoted(relay)}`;
}
