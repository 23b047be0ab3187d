import { type Action, type Listen, originOf } from "@smtpdlint/grammar";
import { groupBy, isInBlock, isRelay, parseNetwork } from "@smtpdlint/model";
import { type EntryPoint, isOpenToAll } from "./entry-points.ts";
import { evaluate, matches } from "./evaluate.ts";
import { letsPass } from "./filters.ts";
import { FreshNames } from "./fresh-names.ts";
import type { Message } from "./message.ts";
import { outsideMessage, trustedNetworks } from "./outside.ts";
import type { Policy } from "./policy.ts";
import type { MatchRule } from "./ruleset.ts";
import { Witnesses } from "./witness.ts";

/**
 * Somebody outside, not logged in, has a message relayed to a domain that the
 * configuration does not name: proved by a message for which smtpd's own
 * procedure takes the rule.
 */
export interface OpenRelay {
  readonly rule: MatchRule;
  readonly listener: Listen;
  readonly message: Message;
  /** What the sender has to pretend; empty if nothing. */
  readonly claims: readonly ("mailFrom" | "helo" | "rdns")[];
}

const outsideAddresses = [
  outsideMessage.src,
  "198.51.100.77",
  "192.0.2.77",
  "1.2.3.4",
  "45.67.89.10",
  "93.184.216.34",
  "139.1.2.3",
  "185.3.4.5",
  "2001:db8:77::1",
  "2a00:1450:77::1",
];

/** So many steps are made from rule to rule in all. */
const mostSteps = 3_000_000;

/** Looks for a message through each listener that can be reached from outside. */
export function findOpenRelays(policy: Policy): OpenRelay[] {
  const points = policy.entryPoints.filter(isOpenToAll);
  const search = new Search(policy);
  // The same messages come through all that speak the same versions of IP.
  for (const alike of groupBy(points, ({ families }) => families.join()).values()) search.through(alike);
  return points.flatMap((point) => search.found.get(point) ?? []);
}

class Search {
  readonly found = new Map<EntryPoint, OpenRelay>();
  private readonly ruleset: readonly MatchRule[];
  private readonly addresses: readonly string[];
  private readonly domains: readonly string[];
  private steps = 0;

  constructor(private readonly policy: Policy) {
    this.ruleset = policy.outsideRuleset;
    this.domains = new FreshNames(this.ruleset).hosts;
    const trusted = trustedNetworks(this.ruleset);
    this.addresses = outsideAddresses.filter((address) => {
      const bytes = parseNetwork(address)?.bytes ?? [];
      return !trusted.some((block) => isInBlock(bytes, block));
    });
  }

  /** Looks through listeners of the same families. There may be as many as rules: what all have in common is done once a rule. */
  through(points: readonly EntryPoint[]): void {
    // Who comes by IPv6 does not get in where smtpd listens on IPv4 only.
    const families = points[0]?.families ?? [];
    const addresses = this.addresses.filter((address) => families.includes(address.includes(":") ? 6 : 4));
    const witnesses = new Witnesses({ addresses, domains: this.domains });
    const left = new Set(points);
    for (const rule of this.ruleset) {
      witnesses.add(rule);
      const action = rule.match.broken || rule.tls ? undefined : this.policy.model.symbols.actionOf(rule.match);
      if (!action || !relaysAnywhere(action) || !witnesses.has(rule)) continue;
      const asked = [...this.pointsOf(rule, left)];
      const [first] = asked;
      if (!first) continue;
      // Of a message the rule asks nothing that differs between listeners but the tag, which they all have.
      const messages = new Kept(matching(rule, witnesses.of(rule, first.tag)));
      for (const point of asked) {
        const relay = this.relayOf(rule, point, messages);
        if (relay === undefined) continue;
        left.delete(point);
        if (relay !== "given up") this.found.set(point, relay);
      }
    }
  }

  /** Those of some listeners whose messages surely have the tag that a rule asks for. */
  private pointsOf({ tag }: MatchRule, among: ReadonlySet<EntryPoint>): Iterable<EntryPoint> {
    if (!tag) return among;
    const lookup = tag.lookup("string");
    const points = this.policy.entryPointsFor(tag).filter((point) => among.has(point));
    return points.filter((point) => lookup.test(point.tag) === !tag.negated);
  }

  private relayOf(
    rule: MatchRule,
    { listener, tag }: EntryPoint,
    messages: Iterable<Message>,
  ): OpenRelay | "given up" | undefined {
    if (!listener) return undefined;
    const filters = this.policy.filtersOf(listener);
    for (const made of messages) {
      const message = { ...made, tag };
      if (!letsPass(filters, message, this.policy.model)) continue;
      const result = evaluate(this.ruleset, message);
      if (result.outcome === "rule" && result.match === rule.match) {
        return { rule, listener, message, claims: claimsOf(message) };
      }
      this.steps += this.ruleset.length;
      if (this.steps > mostSteps) return "given up";
    }
    return undefined;
  }
}

function* matching(rule: MatchRule, messages: Iterable<Message>): Generator<Message> {
  for (const message of messages) if (matches(rule, message) === true) yield message;
}

/** What is made when it is asked for first, and kept for those who ask again. */
class Kept<T> implements Iterable<T> {
  private readonly made: T[] = [];

  constructor(private readonly source: Iterator<T>) {}

  *[Symbol.iterator](): Generator<T> {
    for (let at = 0; ; at++) {
      if (at === this.made.length) {
        const { value, done } = this.source.next();
        if (done) return;
        this.made.push(value);
      }
      yield this.made[at] as T;
    }
  }
}

/** True for an action that hands messages to another server, whatever their domain. */
export function relaysAnywhere(action: Action): boolean {
  if (!isRelay(action)) return false;
  return !originOf(action).options.some(({ keyword, value }) => {
    // A backup relays only where the DNS names it; a table of domains names ours.
    if (keyword.word === "backup" || keyword.word === "domain") return true;
    return keyword.word === "host" && value?.kind === "single-value" && /^lmtp:/i.test(value.text.value);
  });
}

function claimsOf({ mailFrom, helo, rdns }: Message): OpenRelay["claims"] {
  const given = {
    mailFrom: mailFrom === "@" ? outsideMessage.mailFrom : mailFrom,
    helo,
    rdns: rdns || outsideMessage.rdns,
  };
  return (["mailFrom", "helo", "rdns"] as const).filter((property) => given[property] !== outsideMessage[property]);
}
