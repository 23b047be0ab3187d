import { type Actual, type Delivered, listenersOf, type MatchRule, type Scenario, type Smtpd } from "@smtpdlint/policy";

/** A text as it is written, in quotes if need be. */
export const quoted = (text: string): string => (/^[^\s"#{},\\]+$/.test(text) ? text : inQuotes(text));

const inQuotes = (text: string) => `"${text.replace(/["\\]/g, "\\$&")}"`;

/** A message and its way in, as the conditions of a test. */
export function conditionsText({ connection, helo, mailFrom, rcptTo }: Scenario, { policy }: Smtpd): string {
  const { src, client, listener } = connection;
  const listeners = listenersOf(policy);
  const number = listeners.findIndex((point) => point.listener === listener.statement) + 1;
  return [
    `from ${src}`,
    ...(listeners.length > 1 ? [`listener ${number}`] : []),
    `rdns ${quoted(client.name || "none")}`,
    `helo ${quoted(helo)}`,
    `mail-from ${quoted(mailFrom || "<>")}`,
    `to ${quoted(rcptTo[0] ?? "")}`,
  ].join(" ");
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
  if (actual.kind === "unknown") return "(not known)";
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
