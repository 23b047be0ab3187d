import { subAddressDelimiter } from "@smtpdlint/model";
import type { Message } from "../message.ts";
import type { Condition, MatchRule } from "../ruleset.ts";
import { Addresses, Logins, nobody, Users } from "./addresses.ts";
import { Choices, samplesOf } from "./choices.ts";
import { Hosts } from "./hosts.ts";
import type { Side } from "./side.ts";
import { internal, Sources } from "./sources.ts";
import { type Dimension, Tests, Unknowns } from "./tests.ts";
import { type Way, waysOf } from "./ways.ts";

/** What messages can be, as far as the match rules of both sides can tell: the choices of each dimension. */
export class Alphabet {
  readonly ways: readonly Way[];
  readonly unknowns = new Unknowns();
  readonly tests = new Tests();
  readonly domains = new Hosts();
  readonly senderDomains = new Hosts();
  readonly greetings = new Hosts();
  readonly sources = new Sources();
  readonly logins: Logins;
  readonly reverseNames = new Choices();
  readonly senders: Users;
  readonly recipients: Users;
  readonly senderAddresses: Addresses;
  readonly recipientAddresses: Addresses;

  constructor(
    readonly old: Side,
    readonly current: Side,
  ) {
    this.ways = waysOf(old.smtpd.policy, current.smtpd.policy, current.comparison);
    const delimiter = subAddressDelimiter(old.smtpd.policy.model);
    this.logins = new Logins(delimiter);
    this.senders = new Users(delimiter);
    this.recipients = new Users(delimiter);
    this.senderAddresses = new Addresses(this.senderDomains, this.senders, this.tests, "sender");
    this.recipientAddresses = new Addresses(this.domains, this.recipients, this.tests, "recipient");
    this.reverseNames.add("");
    this.domains.addName("localhost");
    this.senderDomains.addName(nobody.domain);
    for (const { smtpd } of [old, current]) this.collect(smtpd.ruleset);
  }

  /** How many choices there are; undefined if there are others than those that are named. */
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
}

/** The user and the domain of an address. */
function partsOf(address: string): [user: string, domain: string] {
  const at = address.lastIndexOf("@");
  return at === -1 ? [address, ""] : [address.slice(0, at), address.slice(at + 1)];
}

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
