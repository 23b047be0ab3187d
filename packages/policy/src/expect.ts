import type { Filter, Listen, phases } from "@smtpdlint/grammar";
import type { Delivered } from "./delivery/bounce.ts";
import type { Expansion } from "./expansion/expansion-tree.ts";
import type { MatchRule } from "./ruleset.ts";
import type { FilterDecision } from "./session/filter-phase.ts";
import type { Exchange } from "./session/session.ts";
import type { Scenario, Trace } from "./trace.ts";
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
  | { readonly kind: "unknown" }
  | { readonly kind: "crash" };

/** What becomes of a recipient of a traced message: one refusal, or all deliveries. */
export function actualsOf(trace: Trace, recipient: number): readonly Actual[] {
  if (trace.isDead) return [{ kind: "crash" }];
  const its = trace.recipients[recipient];
  if (!its) return [];
  const verdict = verdictOf(its);
  switch (verdict.kind) {
    case "unknown":
      return [{ kind: "unknown" }];
    case "refused":
    case "deferred": {
      const { kind, reply } = verdict;
      const { refusal, expansion } = its;
      const by = refusal?.filters.findLast(({ action }) => action === "reject" || action === "disconnect");
      const rule = refusal?.expansion && lastRule(expansion);
      return [{ kind, reply, at: phaseOf(verdict.command), filter: by?.filter, rule }];
    }
    case "accepted": {
      const isJunk = /^X-Spam: yes$/im.test(trace.stored?.split("\n", 1)[0] ?? "");
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
  const sender = server ? server.sender : addressOf(queued.sender);
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
  const host = relay
    .replace(/^[a-z+]+:\/\//i, "")
    .replace(/^[^@/]*@/, "")
    .replace(/:\w+$/, "");
  return relay === value || host.toLowerCase() === value.toLowerCase();
}

/** An address of an envelope; empty for the null sender. */
const addressOf = ({ user, domain }: { readonly user: string; readonly domain: string }) =>
  user === "" && domain === "" ? "" : `${user}@${domain}`;

/** The phase of a command, `(connect)` and `(message)` among them. */
function phaseOf(command: string): TestPhase {
  const word = command.split(/[ :]/, 1)[0]?.toLowerCase() ?? "";
  const phases: Readonly<Record<string, TestPhase>> = {
    "(connect)": "connect",
    ehlo: "helo",
    helo: "helo",
    starttls: "starttls",
    auth: "auth",
    mail: "mail-from",
    rcpt: "rcpt-to",
    data: "data",
  };
  return phases[word] ?? "commit";
}

/** The match rule that was asked last, if it took the address. */
function lastRule(expansion: Expansion | undefined): MatchRule | undefined {
  const rulings = rulingsOf(expansion);
  const last = rulings.at(-1);
  return last && "rule" in last ? last.rule : undefined;
}

const rulingsOf = (expansion: Expansion | undefined) =>
  (expansion?.visits ?? []).flatMap(({ node }) =>
    node.steps.flatMap((step) => (step.kind === "rule" ? [step.ruling] : [])),
  );

/** The match rule that led to an envelope. */
function ruleOf(expansion: Expansion | undefined, { queued }: Delivered): MatchRule | undefined {
  for (const { node } of expansion?.visits ?? []) {
    if (!node.steps.some((step) => step.kind === "envelope" && step.envelope === queued.envelope)) continue;
    // An address has been given to the rules anew, whatever it comes from.
    const ruling = node.steps.find((step) => step.kind === "rule")?.ruling;
    return ruling && "rule" in ruling ? ruling.rule : node.rule;
  }
  return undefined;
}

/** The statements that have had a say in what becomes of a message. */
export interface Reached {
  readonly listener: Listen | undefined;
  readonly rules: readonly MatchRule[];
  readonly filters: readonly FilterDecision[];
}

/** What a traced message has come by. */
export function reachedBy({ connection }: Scenario, { exchanges, recipients }: Trace): Reached {
  const rulings = recipients.flatMap(({ expansion }) => rulingsOf(expansion));
  return {
    listener: connection.listener.statement,
    rules: rulings.flatMap((ruling) => ("rule" in ruling ? [ruling.rule] : [])),
    filters: exchanges.flatMap(({ filters }: Exchange) => filters),
  };
}
