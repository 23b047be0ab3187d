import { isRelay, subAddressDelimiter } from "@smtpdlint/model";
import { comparisons } from "../comparison.ts";
import type { EntryPoint } from "../entry-points.ts";
import { isSurelyIn } from "../evaluate.ts";
import type { Service } from "../lookup.ts";
import type { Message } from "../message.ts";
import type { Condition, MatchRule } from "../ruleset.ts";
import type { Smtpd } from "../smtpd.ts";
import { Addresses, Logins, nobody, Users } from "./addresses.ts";
import { Choices, samplesOf } from "./choices.ts";
import { type Clause, Clauses } from "./clauses.ts";
import { Contents } from "./contents.ts";
import { type Asked, Hosts } from "./hosts.ts";
import { Meanings } from "./meanings.ts";
import { Outcomes } from "./outcomes.ts";
import { internal, local, Sources } from "./sources.ts";
import {
  both,
  type Dimension,
  depends,
  type Effect,
  holds,
  type Test,
  Tests,
  Unknowns,
  type Verdict,
} from "./tests.ts";
import { type Way, waysOf } from "./ways.ts";

/** One configuration of the two, and what is worked out for it. */
export class Side {
  readonly contents: Contents;
  readonly meanings: Meanings;

  constructor(
    readonly smtpd: Smtpd,
    readonly name: "old" | "new",
  ) {
    const { policy } = smtpd;
    this.contents = new Contents(policy.model, name);
    this.meanings = new Meanings(policy, this.contents);
  }
}

/** The match rules of both sides over the same choices, as lists of clauses that can be compared. */
export class Sides {
  readonly ways: readonly Way[];
  readonly outcomes = new Outcomes();
  readonly unknowns = new Unknowns();
  readonly clauses = new Clauses();
  readonly domains = new Hosts();
  readonly senderDomains = new Hosts();
  readonly greetings = new Hosts();
  readonly sources = new Sources();
  readonly logins = new Logins();
  readonly reverseNames = new Choices();
  readonly senders: Users;
  readonly recipients: Users;
  private readonly tests = new Tests();
  private readonly senderAddresses: Addresses;
  private readonly recipientAddresses: Addresses;

  constructor(
    readonly old: Side,
    readonly current: Side,
  ) {
    this.ways = waysOf(old.smtpd.policy, current.smtpd.policy);
    const delimiter = subAddressDelimiter(old.smtpd.policy.model.config);
    this.senders = new Users(delimiter);
    this.recipients = new Users(delimiter);
    this.senderAddresses = new Addresses(this.senderDomains, this.senders, this.tests, "sender");
    this.recipientAddresses = new Addresses(this.domains, this.recipients, this.tests, "recipient");
    this.reverseNames.add("");
    this.domains.addName("localhost");
    this.senderDomains.addName(nobody.domain);
    for (const { smtpd } of [old, current]) this.collect(smtpd.ruleset);
  }

  /** What smtpd says where no rule takes a message, and where one rejects it. */
  get refused(): number {
    return this.outcomes.of("refused");
  }

  countOf(dimension: Dimension): number | undefined {
    if (dimension === "way") return this.ways.length;
    return dimension === "source" ? this.sources.count : undefined;
  }

  private collect(ruleset: readonly MatchRule[]): void {
    const keysOf = ({ table }: Condition) => table.keys;
    const fresh = { destination: isNewer(), helo: isNewer(), mailFrom: isNewer(), rcptTo: isNewer(), from: isNewer() };
    for (const { from, destination, helo, auth, mailFrom, rcptTo } of ruleset) {
      if (fresh.destination(destination)) this.domains.add(keysOf(destination), destination.regex);
      if (helo && fresh.helo(helo)) this.greetings.add(keysOf(helo), helo.regex);
      if (mailFrom && fresh.mailFrom(mailFrom)) this.senderAddresses.add(keysOf(mailFrom), mailFrom.regex);
      if (rcptTo && fresh.rcptTo(rcptTo)) this.recipientAddresses.add(keysOf(rcptTo), rcptTo.regex);
      if (auth?.condition) this.logins.add(keysOf(auth.condition), auth.condition.regex);
      if (from.kind === "address" && !from.condition.regex && fresh.from(from.condition)) {
        this.sources.add(from.condition.table.blocks, from.condition.negated);
      }
      if (from.kind === "rdns" && from.condition && fresh.from(from.condition)) {
        const { regex } = from.condition;
        for (const key of keysOf(from.condition) ?? []) {
          for (const name of regex ? samplesOf(key) : [key]) this.reverseNames.add(name);
        }
      }
    }
  }

  /** The numbers of the choices that a message is of, through a way in. */
  numbersOf(message: Message, way: number): Readonly<Record<Dimension, number>> {
    const [rcptUser, rcptDomain] = partsOf(message.rcptTo);
    const [sender, senderDomain] =
      message.mailFrom === nobody.address ? ["", nobody.domain] : partsOf(message.mailFrom);
    return {
      domain: this.domains.numberOf(rcptDomain),
      way,
      source: message.internal ? internal : this.sources.numberOf(message.src),
      user: this.logins.numberOf(message.user),
      rdns: this.reverseNames.find(message.rdns.toLowerCase()) ?? -1,
      helo: this.greetings.numberOf(message.helo),
      senderDomain: this.senderDomains.numberOf(senderDomain),
      sender: this.senders.numberOf(sender),
      recipient: this.recipients.numberOf(rcptUser),
    };
  }

  /** The clauses of a side: what the ways in let come, then its match rules. */
  listOf(side: Side): Clause[] {
    const gates = this.ways.flatMap((way, number) => this.gatesOf(way[side.name], number));
    return [...gates, ...side.smtpd.ruleset.flatMap((rule) => this.clausesOf(rule, side))];
  }

  // ---- ways in

  private gatesOf(point: EntryPoint | undefined, number: number): Clause[] {
    const way = this.tests.of(`way ${number}`, () => only([number]));
    const gate = (outcome: number, tests: Clause["tests"]) => this.clauses.of({ way, ...tests }, [], outcome);
    const closed = this.outcomes.of("no way in");
    if (!point) return [gate(closed, {})];
    const { reach, families, auth, listener } = point;
    const logins = this.logins;
    const sendmail = this.tests.of("user is sendmail", () => only([logins.sendmail]));
    if (reach === "socket" || !listener) {
      const source = this.tests.of("source is a network", () => allBut([local, internal]));
      const user = this.tests.of("user is not sendmail", () => allBut([logins.sendmail]));
      return [gate(closed, { source }), gate(closed, { user })];
    }
    const isNear = reach === "loopback";
    const source = this.tests.of(`source of ${families.join()} ${isNear}`, () => {
      const all = ([4, 6] as const).flatMap((family) => this.sources.ofFamily(family));
      // Nobody else comes by the loopback.
      const others = all.filter(
        (number) =>
          !families.includes(this.sources.isIPv6(number) ? 6 : 4) || (isNear && !this.sources.isLoopback(number)),
      );
      return only([local, ...others]);
    });
    const gates = [gate(closed, { source }), gate(closed, { user: sendmail })];
    if (auth === "none") {
      const user = this.tests.of("user", () => logins.effectOfLogin(false));
      gates.push(gate(this.outcomes.of("no login"), { user }));
    } else if (auth === "required") {
      const user = this.tests.of("no user", () => logins.effectOfLogin(true));
      gates.push(gate(this.outcomes.of("needs login"), { user }));
    }
    return gates;
  }

  // ---- match rules

  private clausesOf(rule: MatchRule, side: Side): Clause[] {
    const { tag, from, destination, helo, auth, tls, mailFrom, rcptTo } = rule;
    const deferred = this.outcomes.of("deferred");
    const before: Partial<Record<Dimension, Test>> = {};
    if (tag) before.way = this.tagTest(tag, side);
    if (from.kind === "socket" && from.fails) return [this.clauses.of(before, [], deferred)];
    const source = this.sourceTest(from, side);
    if (source) before.source = source;
    // What fails is asked before the recipient.
    const early = this.domainTest(destination, undefined, side);
    const greeting = helo && this.hostTest("helo", this.greetings, helo, side);
    const withDomain = (domain: Test | undefined): Clause["tests"] => ({
      ...before,
      ...(domain && { domain }),
      ...(greeting && { helo: greeting }),
    });
    const found: Clause[] = [];
    let user: Test | undefined;
    if (auth?.fails) {
      const login = this.tests.of("user", () => this.logins.effectOfLogin(false));
      found.push(this.clauses.of({ ...withDomain(early), user: login }, [], deferred));
      if (!auth.negated) return found;
    } else if (auth) user = this.loginTest(auth.condition, auth.negated, side);
    const tests = user && { user };
    if (tls) return [...found, this.clauses.of({ ...withDomain(early), ...tests }, [], deferred)];
    const domain = this.domainTest(destination, rcptTo, side);
    const sender = mailFrom && this.senderTest(mailFrom, side);
    const all = { ...withDomain(domain), ...tests, ...(sender && { senderDomain: sender }) };
    return [...found, this.clauses.of(all, [], this.outcomeOf(rule, side))];
  }

  private outcomeOf({ match }: MatchRule, { smtpd, meanings, name }: Side): number {
    if (match.outcome?.word === "reject") return this.refused;
    const action = smtpd.policy.model.symbols.actionOf(match);
    if (!action) return this.outcomes.of("deferred");
    return this.outcomes.ofAction(isRelay(action) ? "relayed" : "local", meanings.ofAction(action), action, name);
  }

  // ---- conditions

  /** Equal for conditions that say the same of a property. */
  private keyOf(condition: Condition, property: string, { contents }: Side): string {
    const { negated, regex } = condition;
    return `${property}${negated ? " !" : " "}${regex ? "~" : ""}${contents.ofKeys(condition)}`;
  }

  private asked(condition: Condition, property: string, service: Service, { contents }: Side): Asked {
    const { negated, regex, table } = condition;
    const { keys } = table;
    return {
      negated,
      regex,
      keys,
      lookup: condition.lookup(service),
      literal: this.unknowns.literal({
        property,
        table: contents.ofKeys(condition),
        regex,
        isRead: keys !== undefined,
      }),
      surely: (name) => isSurelyIn(table.identity, name),
    };
  }

  private tagTest(condition: Condition, side: Side): Test {
    return this.tests.of(`${side.name} ${this.keyOf(condition, "tag", side)}`, () => {
      const asked = this.asked(condition, "tag", comparisons.tag, side);
      const exceptions = new Map<number, Verdict>();
      for (const [number, way] of this.ways.entries()) {
        const answer = asked.lookup.test(way[side.name]?.tag ?? "");
        exceptions.set(
          number,
          answer === undefined ? depends(asked.literal, asked.negated) : answer !== asked.negated && holds,
        );
      }
      return { fallback: false, exceptions };
    });
  }

  private hostTest(property: Dimension, hosts: Hosts, condition: Condition, side: Side): Test {
    return this.tests.of(this.keyOf(condition, property, side), () =>
      hosts.effect(this.asked(condition, property, "domain", side)),
    );
  }

  private domainTest(destination: Condition, rcptTo: Condition | undefined, side: Side): Test | undefined {
    const isAny = !destination.negated && !destination.regex && destination.table.includes("*");
    const domain = isAny ? undefined : this.hostTest("domain", this.domains, destination, side);
    if (!rcptTo) return domain;
    const recipient = this.tests.of(
      `domain of ${this.keyOf(rcptTo, "recipient", side)}`,
      () => this.recipientAddresses.effect(this.asked(rcptTo, "recipient", comparisons["rcpt-to"], side)),
      "recipient",
    );
    if (!domain) return recipient;
    return this.tests.of(
      `${domain.id} and ${recipient.id}`,
      () => both(domain.effect(), recipient.effect()),
      "recipient",
    );
  }

  private senderTest(condition: Condition, side: Side): Test {
    return this.tests.of(
      `domain of ${this.keyOf(condition, "sender", side)}`,
      () => this.senderAddresses.effect(this.asked(condition, "sender", comparisons["mail-from"], side)),
      "sender",
    );
  }

  private loginTest(condition: Condition | undefined, negated: boolean, side: Side): Test {
    if (!condition) return this.tests.of(negated ? "no user" : "user", () => this.logins.effectOfLogin(negated));
    return this.tests.of(this.keyOf(condition, "user", side), () => {
      const withDomain = condition.lookup("mailaddr");
      return this.logins.effect(this.asked(condition, "user", "string", side), (name) => withDomain.test(name));
    });
  }

  private sourceTest(from: MatchRule["from"], side: Side): Test | undefined {
    switch (from.kind) {
      case "socket":
        return this.tests.of(`socket ${from.negated}`, () =>
          from.negated ? allBut([local, internal]) : only([local]),
        );
      case "address": {
        const { condition } = from;
        const { keys } = condition.table;
        const isAny = !condition.negated && !condition.regex && keys && anywhere.every((key) => keys.includes(key));
        if (isAny) return undefined;
        return this.tests.of(this.keyOf(condition, "source", side), () =>
          this.sources.effect(this.asked(condition, "source", "netaddr", side), condition.table.blocks),
        );
      }
      case "rdns": {
        const { condition, negated } = from;
        const next = this.reverseTest(condition, negated, side);
        const ofAlias = condition?.lookup("netaddr").test("local");
        const asAlias = condition ? ofAlias !== undefined && ofAlias !== negated && holds : false;
        return this.tests.of(
          `reverse ${next.id} ${ofAlias}`,
          () => ({ fallback: { next }, exceptions: new Map([[internal, asAlias]]) }),
          "rdns",
        );
      }
    }
  }

  /** A reverse name is compared as an address. */
  private reverseTest(condition: Condition | undefined, negated: boolean, side: Side): Test {
    const none = this.reverseNames.add("");
    if (!condition) {
      return this.tests.of(`rdns ${negated}`, () => (negated ? only([none]) : allBut([none])));
    }
    return this.tests.of(this.keyOf(condition, "rdns", side), () => {
      const asked = this.asked(condition, "rdns", comparisons["from rdns"], side);
      const exceptions = new Map<number, Verdict>();
      const unknown = depends(asked.literal, negated);
      for (const [number, { text }] of this.reverseNames.all.entries()) {
        const answer = asked.lookup.test(text);
        exceptions.set(number, answer === undefined ? unknown : answer !== negated && holds);
      }
      // Without a reverse name not even a negated condition holds.
      exceptions.set(none, false);
      const isOpen = !asked.keys || asked.regex || condition.table.blocks.length > 0;
      return { fallback: isOpen ? unknown : negated && holds, exceptions };
    });
  }
}

/** The user and the domain of an address. */
function partsOf(address: string): [user: string, domain: string] {
  const at = address.lastIndexOf("@");
  return at === -1 ? [address, ""] : [address.slice(0, at), address.slice(at + 1)];
}

const anywhere = ["local", "0.0.0.0/0", "::/0"];

const only = (numbers: readonly number[]): Effect => ({
  fallback: false,
  exceptions: new Map(numbers.map((number) => [number, holds])),
});

const allBut = (numbers: readonly number[]): Effect => ({
  fallback: holds,
  exceptions: new Map(numbers.map((number) => [number, false])),
});

/** Of each table once. */
function isNewer(): (condition: Condition) => boolean {
  const seen = new Set<string>();
  return ({ regex, negated, table }) => {
    const key = `${regex} ${negated} ${table.identity}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  };
}
