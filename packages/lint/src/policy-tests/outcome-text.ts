import type { Actual, Delivered, MatchRule } from "@smtpdlint/policy";
import { quoted } from "./cases.ts";

/** What became of a recipient, in the words in which it may be expected: `reject 550 "Invalid recipient" at rcpt-to`. */
export function outcomeText(actuals: readonly Actual[], numberOf: (rule: MatchRule) => number): string {
  return [...new Set(actuals.map((actual) => actualText(actual, numberOf)))].join(" and ");
}

function actualText(actual: Actual, numberOf: (rule: MatchRule) => number): string {
  if (actual.kind === "unknown") return "(not known)";
  if (actual.kind === "crash") return "(smtpd crashes)";
  const by = actual.filter?.name === undefined ? "" : ` by ${quoted(actual.filter.name.value)}`;
  const rule = actual.rule === undefined ? "" : ` rule ${numberOf(actual.rule)}`;
  if ("reply" in actual) {
    const { kind, reply, at } = actual;
    return `${kind === "refused" ? "reject" : "tempfail"}${replyText(reply)} at ${at}${by}${rule}`;
  }
  const { kind, delivered, isJunk } = actual;
  const { envelope } = delivered.queued;
  const action = ` action ${quoted(envelope.action)}`;
  if (kind === "bounced" || kind === "queued") return `${kind}${action}${rule}`;
  const junk = isJunk ? `junk${by} and ` : "";
  return `${junk}${placeText(delivered)}${action}${rule}`;
}

/** The code apart from the text; an address in the text is the recipient's, and goes without saying. */
function replyText(reply: string): string {
  const [, code, text = ""] = /^(\d{3}(?: \d\.\d+\.\d+)?)(?: (.*))?$/s.exec(reply) ?? [];
  if (code === undefined) return "";
  const short = text.replace(/:? <[^>]*>$/, "");
  return ` ${code}${short === "" ? "" : ` "${short.replace(/["\\]/g, "\\$&")}"`}`;
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
