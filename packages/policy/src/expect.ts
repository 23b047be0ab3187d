import type { Filter, phases } from "@smtpdlint/grammar";
import { parseRelayUrl } from "@smtpdlint/model";
import type { Unknown } from "./assumptions.ts";
import type { Delivered } from "./delivery/bounce.ts";
import { addressText } from "./expansion/envelope.ts";
import { lastRule, ruleOf } from "./reached.ts";
import type { MatchRule } from "./ruleset.ts";
import type { Trace } from "./trace.ts";
import { type DeliveryVerdict, verdictOf } from "./verdict.ts";

/** What is to become of a recipient. Only what it says is compared. */
export interface Expectation {
  /** True if nothing else may become of it than what the terms say. */
  readonly exactly: boolean;
  readonly terms: readonly Term[];
}

/** One thing that is to become of a recipient, or not. What is undefined is not compared. */
export interface Term {
  readonly negated: boolean;
  readonly verdict: "accept" | "junk" | "bounced" | "queued" | Place | "reject" | "tempfail";
  /** The user, relay, path, command or server. */
  readonly value: string | undefined;
  /** How the reply begins: `550`, `550 5.1.1`; and what stands in it. */
  readonly code: string | undefined;
  readonly text: string | undefined;
  readonly at: TestPhase | undefined;
  /** The name of a filter that refuses, or marks as junk. */
  readonly by: string | undefined;
  /** The number of the match rule that takes the recipient, or what it has become, from 1. */
  readonly rule: number | undefined;
  readonly action: string | undefined;
  /** The addresses of the envelope when it is delivered. The sender is empty for nobody, `srs` if SRS rewrites it. */
  readonly sender: string | undefined;
  readonly recipient: string | undefined;
}

/** Where a message comes to rest. */
export type Place = "local" | "relay" | "maildir" | "file" | "command" | "lmtp";

export type TestPhase = (typeof phases)[number];

/** What becomes of a recipient, in the terms of an expectation. */
export type Actual =
  | {
      readonly kind: "refused" | "deferred";
      readonly reply: string;
      readonly at: TestPhase;
      readonly filter: Filter | undefined;
      readonly rule: MatchRule | undefined;
    }
  | {
      readonly kind: DeliveryVerdict["kind"];
      readonly delivered: Delivered;
      readonly rule: MatchRule | undefined;
      readonly isJunk: boolean;
      /** The filter that has marked it as junk. */
      readonly filter: Filter | undefined;
    }
  /** Anything may become of it. */
  | { readonly kind: "unknown"; readonly unknown: Unknown }
  | { readonly kind: "crash" };

/** What becomes of a recipient of a traced message: one refusal, or all deliveries. */
export function actualsOf(trace: Trace, recipient: number): readonly Actual[] {
  if (trace.isDead) return [{ kind: "crash" }];
  const its = trace.recipients[recipient];
  if (!its) return [];
  const verdict = verdictOf(its);
  switch (verdict.kind) {
    case "unknown":
      return [verdict];
    case "refused":
    case "deferred": {
      const { kind, reply } = verdict;
      const { refusal, expansion } = its;
      const by = refusal?.filters.findLast(({ action }) => action === "reject" || action === "disconnect");
      const rule = refusal?.expansion && lastRule(expansion);
      return [{ kind, reply, at: phaseOf(verdict.command), filter: by?.filter, rule }];
    }
    case "accepted": {
      // smtpd's own line comes first (smtp_session.c, smtp_message_begin).
      const isJunk = trace.stored?.startsWith("X-Spam: Yes\n") ?? false;
      const marks = trace.exchanges.flatMap(({ filters }) => filters).filter(({ action }) => action === "junk");
      return verdict.deliveries.map(({ kind, delivered }) => ({
        kind,
        delivered,
        rule: ruleOf(its.expansion, delivered),
        isJunk,
        filter: marks[0]?.filter,
      }));
    }
  }
}

/** The terms that are not met, and with `exactly` what is more than they say. */
export function mismatches(
  { exactly, terms }: Expectation,
  actuals: readonly Actual[],
  numberOf: (rule: MatchRule) => number,
): { readonly unmet: readonly Term[]; readonly more: readonly Actual[] } {
  const fits = (term: Term, actual: Actual) => isMet(term, actual, numberOf);
  return {
    unmet: terms.filter((term) => actuals.some((actual) => fits(term, actual)) === term.negated),
    more: exactly ? actuals.filter((actual) => !terms.some((term) => !term.negated && fits(term, actual))) : [],
  };
}

function isMet(term: Term, actual: Actual, numberOf: (rule: MatchRule) => number): boolean {
  if (actual.kind === "unknown" || actual.kind === "crash") return false;
  if (term.by !== undefined && actual.filter?.name?.value !== term.by) return false;
  if (term.rule !== undefined && (!actual.rule || numberOf(actual.rule) !== term.rule)) return false;
  if ("reply" in actual) {
    return (
      term.verdict === (actual.kind === "refused" ? "reject" : "tempfail") &&
      (term.at === undefined || term.at === actual.at) &&
      (term.code === undefined || `${actual.reply} `.startsWith(`${term.code} `)) &&
      (term.text === undefined || actual.reply.toLowerCase().includes(term.text.toLowerCase())) &&
      [term.action, term.sender, term.recipient].every((value) => value === undefined)
    );
  }
  const { queued, outcome } = actual.delivered;
  const { envelope } = queued;
  const destination = outcome.destination;
  const server = destination?.kind === "server" ? destination : undefined;
  const sender = server ? server.sender : queued.sender.user && addressText(queued.sender);
  const isRewritten = envelope.kind === "relay" && envelope.srs;
  return (
    isPlace(term, actual) &&
    term.at === undefined &&
    (term.action === undefined || term.action === envelope.action) &&
    (term.sender === undefined || (term.sender === "srs" ? isRewritten : term.sender === sender)) &&
    (term.recipient === undefined || term.recipient === envelope.dest)
  );
}

type ActualDelivery = Extract<Actual, { delivered: Delivered }>;

function isPlace({ verdict, value }: Term, { kind, delivered, isJunk }: ActualDelivery): boolean {
  const { queued, outcome } = delivered;
  const { destination } = outcome;
  const { envelope } = queued;
  const is = (text: string | undefined) => value === undefined || value === text;
  switch (verdict) {
    case "accept":
      return true;
    case "junk":
      return isJunk;
    case "bounced":
    case "queued":
      return kind === verdict;
    case "reject":
    case "tempfail":
      return false;
  }
  if (kind === "bounced" || kind === "queued") return false;
  switch (verdict) {
    case "local":
      return envelope.kind === "local" && is(envelope.user);
    case "relay":
      return envelope.kind === "relay" && (value === undefined || isRelay(destination, value));
    case "maildir":
      return destination?.kind === "maildir" && is(destination.folder.replace(/\/new$/, ""));
    case "file":
      return (destination?.kind === "file" || destination?.kind === "mailbox") && is(destination.path);
    case "command":
      return destination?.kind === "program" && is(destination.command);
    case "lmtp":
      return destination?.kind === "lmtp" && is(destination.server);
  }
}

/** A relay may be named as it is configured, or by its host alone. */
function isRelay(destination: Delivered["outcome"]["destination"], value: string): boolean {
  if (destination?.kind !== "server" || destination.relay === undefined) return false;
  const { relay } = destination;
  const url = parseRelayUrl(relay);
  return relay === value || ("host" in url && url.host.toLowerCase() === value.toLowerCase());
}

/** The phases of the commands, `(connect)` among them; those behind DATA are of the message. */
const phasesOfCommands: Readonly<Record<string, TestPhase>> = {
  "(connect)": "connect",
  ehlo: "helo",
  helo: "helo",
  starttls: "starttls",
  auth: "auth",
  mail: "mail-from",
  rcpt: "rcpt-to",
  data: "data",
};

const phaseOf = (command: string): TestPhase =>
  phasesOfCommands[command.split(/[ :]/, 1)[0]?.toLowerCase() ?? ""] ?? "commit";
