import type { Filter } from "@smtpdlint/grammar";
import { isRelay, subAddressDelimiter } from "@smtpdlint/model";
import type { Assumption } from "../assumptions.ts";
import type { Delivered } from "../delivery/bounce.ts";
import { type EntryPoint, portsOf } from "../entry-points.ts";
import type { Message } from "../message.ts";
import { findOpenRelays, relaysAnywhere } from "../open-relay.ts";
import type { MatchRule } from "../ruleset.ts";
import { listenersOf, scenarioOf } from "../scenario.ts";
import type { Smtpd } from "../smtpd.ts";
import { type Scenario, type Trace, traceMessage } from "../trace.ts";
import { verdictOf } from "../verdict.ts";
import { type Box, isEmpty, messagesIn, split } from "./boxes.ts";
import type { MessageSet } from "./message-set.ts";
import { representativesOf } from "./representatives.ts";

/** What no message of a set may fare: to be accepted at all, or handed on to another server. */
export type Forbidden = "accept" | "relay";

/** What is known of the claim that no message of a set fares so. */
export type Proof =
  | { readonly result: "proved" }
  /** A message that does, as smtpd would treat it. */
  | { readonly result: "refuted"; readonly scenario: Scenario; readonly trace: Trace }
  | { readonly result: "not proved"; readonly reasons: readonly Unproved[] };

/** Why a claim is neither proved nor refuted. */
export type Unproved =
  /** The rule takes such messages, but for none that was tried it is certain that it fares so. */
  | { readonly kind: "no witness"; readonly rule: MatchRule; readonly assumptions: readonly Assumption[] }
  /** The rule delivers here, and aliases and `.forward` files may lead elsewhere. */
  | { readonly kind: "forwarding"; readonly rule: MatchRule }
  /** The filter may change what the rules get to see: it rewrites, or is a program of which nothing is known. */
  | { readonly kind: "filter"; readonly filter: Filter }
  /** The rule takes such messages by a listener on an address of a private network, which a router may open to all. */
  | { readonly kind: "private listener"; readonly rule: MatchRule; readonly point: EntryPoint }
  /** A part of the configuration was not read, which may have rules. */
  | { readonly kind: "unread" }
  | { readonly kind: "too many" };

/** So many messages are followed for a match rule and a way in. */
const mostTries = 100;

/**
 * Proves that no message of a set fares so, or finds one that does. The proof
 * is by the match rules alone: what filters refuse counts for witnesses only.
 */
export function proveNever(smtpd: Smtpd, set: MessageSet, forbidden: Forbidden): Proof {
  const { candidates, forwarding, isCut } = searchForbidden(smtpd, set, forbidden);
  const reasons: Unproved[] = isCut ? [{ kind: "too many" }] : [];
  if (smtpd.policy.model.sources.isIncompleteAt(undefined)) reasons.push({ kind: "unread" });
  const known = forbidden === "relay" && !set.sources && set.recipients === "other" ? openRelays(smtpd, set) : [];
  for (const { rule, point, messages } of [...known, ...candidates]) {
    if (point.reach === "private" && !set.sources) {
      reasons.push({ kind: "private listener", rule, point });
      continue;
    }
    const assumptions: Assumption[] = [];
    let tries = 0;
    for (const message of messages) {
      if (++tries > mostTries) break;
      const scenario = scenarioFor(smtpd, point, message);
      if (!scenario) continue;
      const { alternatives, complete } = traceMessage(smtpd, scenario);
      const bad = alternatives.filter(({ result }) => fares(result, forbidden));
      const isCertain = complete && bad.length === alternatives.length;
      const shown = isCertain ? bad[0] : bad.find(({ when }) => when.some(isByTurns));
      if (shown) return { result: "refuted", scenario, trace: shown.result };
      if (bad[0]) assumptions.push(...(bad[0].when[0] ?? []));
    }
    if (!reasons.some((reason) => reason.kind === "no witness" && reason.rule === rule)) {
      reasons.push({ kind: "no witness", rule, assumptions });
    }
  }
  for (const filter of changingFilters(smtpd, set)) reasons.push({ kind: "filter", filter });
  for (const rule of forwarding) reasons.push({ kind: "forwarding", rule });
  return reasons.length === 0 ? { result: "proved" } : { result: "not proved", reasons };
}

/** The ways in by which messages of a set may come: the clients of this machine come only if they are named. */
const entryPointsFor = ({ policy }: Smtpd, { sources, enters }: MessageSet): readonly EntryPoint[] =>
  policy.entryPoints.filter(
    (point) =>
      point.reach !== "socket" &&
      (point.reach !== "loopback" || sources !== undefined) &&
      point.auth !== "required" &&
      !point.wantsCertificate &&
      enters(point),
  );

/** The filters of the ways in that may give the rules another sender, recipient or greeting. */
function changingFilters(smtpd: Smtpd, set: MessageSet): Set<Filter> {
  const { policy, environment } = smtpd;
  const listeners = entryPointsFor(smtpd, set).flatMap(({ listener }) => listener ?? []);
  const mayChange = ({ phase, action, name }: Filter) =>
    phase
      ? action?.keyword.word === "rewrite"
      : environment.filterAnswer(name?.value ?? "", "rcpt-to")?.kind !== "proceed";
  return new Set(listeners.flatMap((listener) => policy.filtersOf(listener)).filter(mayChange));
}

/** True for what comes with no more than time: the relays of a list take turns. */
const isByTurns = (way: readonly Assumption[]) => way.every(({ question }) => question.topic === "smarthost");

/** Messages for which expressions in rules and filters are read too. */
const openRelays = ({ policy }: Smtpd, { enters }: MessageSet): Search["candidates"] =>
  findOpenRelays(policy).flatMap(({ rule, listener, message }) => {
    const point = policy.entryPoints.find((one) => one.listener === listener && enters(one));
    return point ? [{ rule, point, messages: [message] }] : [];
  });

/** A server of LMTP keeps the mail. */
function fares({ recipients, isDead }: Trace, forbidden: Forbidden): boolean {
  return recipients.some((recipient) => {
    const verdict = verdictOf(recipient);
    if (isDead || verdict.kind !== "accepted") return false;
    return (
      forbidden === "accept" ||
      verdict.deliveries.some(({ kind, delivered }) => kind === "relayed" && isElsewhere(delivered))
    );
  });
}

function isElsewhere({ outcome: { destination } }: Delivered): boolean {
  return destination?.kind === "server" && destination.protocol === "smtp";
}

/** Undefined if the client cannot come that way. */
function scenarioFor(smtpd: Smtpd, point: EntryPoint, message: Message): Scenario | undefined {
  const { src, rdns, helo, mailFrom, rcptTo } = message;
  const port = point.listener && portsOf(point.listener)[0];
  const described = scenarioOf(smtpd, {
    to: [rcptTo],
    from: mailFrom === "@" ? "" : mailFrom,
    client: src,
    rdns: rdns === "" ? "none" : rdns,
    fcrdns: undefined,
    helo,
    port: port === undefined ? undefined : String(port),
    tag: undefined,
    listener: listenersOf(smtpd.policy).indexOf(point) + 1,
    socket: false,
    tls: undefined,
    auth: undefined,
    bounce: false,
  });
  return "scenario" in described ? described.scenario : undefined;
}

/** Sets of messages that a match rule takes so, and rules that may lead elsewhere. */
interface Search {
  readonly candidates: readonly {
    readonly rule: MatchRule;
    readonly point: EntryPoint;
    readonly messages: Iterable<Message>;
  }[];
  readonly forwarding: readonly MatchRule[];
  /** True if there were too many sets to look at. */
  readonly isCut: boolean;
}

/** So many sets of messages are looked at. */
const mostSets = 20_000;

/**
 * Goes through the match rules with the whole set at once: what a rule takes is
 * cut off, and the rest goes on to the next.
 */
function searchForbidden(smtpd: Smtpd, set: MessageSet, forbidden: Forbidden): Search {
  const { policy, ruleset } = smtpd;
  const all = representativesOf(ruleset, set, subAddressDelimiter(policy.model));
  // Where no domain is named, a relay for domains of its own takes none of the messages.
  const relays = set.recipients === "other" ? relaysAnywhere : isRelay;
  const candidates: Search["candidates"][number][] = [];
  const forwarding: MatchRule[] = [];
  let { isCut } = all;
  let sets = 0;
  for (const point of entryPointsFor(smtpd, set)) {
    const start = boxFor(all.box, point);
    let boxes = isEmpty(start) ? [] : [start];
    for (const rule of ruleset) {
      const next: Box[] = [];
      for (const box of boxes) {
        if (++sets > mostSets) {
          isCut = true;
          break;
        }
        const { taken, left } = split(box, rule, point);
        next.push(...left);
        if (!taken) continue;
        const action = rule.match.broken ? undefined : policy.model.symbols.actionOf(rule.match);
        if (!action) continue;
        if (forbidden === "accept" || relays(action))
          candidates.push({ rule, point, messages: messagesIn(taken, point) });
        else if (!isRelay(action) && !forwarding.includes(rule)) forwarding.push(rule);
      }
      boxes = next;
    }
  }
  return { candidates, forwarding, isCut };
}

/** The messages of clients that can reach an entry point. */
const boxFor = (box: Box, { families }: EntryPoint): Box => ({
  ...box,
  src: box.src.filter((address) => families.includes(address.includes(":") ? 6 : 4)),
});
