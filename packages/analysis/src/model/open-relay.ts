import type { Action, Listen } from "@smtpdlint/grammar";
import { type MailAddress, parseMailAddress } from "../values/mail-address.ts";
import { isInBlock, parseNetwork } from "../values/network.ts";
import type { Block } from "../values/network-trie.ts";
import type { RuleConditions, Test } from "./conditions.ts";
import { evaluate, type Message, matches } from "./evaluate.ts";
import { filtersOf, letsPass } from "./filters.ts";
import type { Model } from "./model.ts";
import { strangersMessage } from "./not-this-machine.ts";

/**
 * Somebody outside, not logged in, has a message relayed to a domain that the
 * configuration does not name: proved by a message for which smtpd's own
 * procedure takes the rule.
 */
export interface OpenRelay {
  readonly rule: RuleConditions;
  readonly listener: Listen;
  readonly message: Message;
  /** What the sender has to pretend; empty if nothing. */
  readonly claims: readonly ("mailFrom" | "helo" | "rdns")[];
}

/** Sender and names that stand for anybody's. */
const anybody = strangersMessage;
const foreignDomains = ["elsewhere.example", "elsewhere.com", "elsewhere.org", "elsewhere.net"];
const outsideAddresses = [
  "203.0.113.77",
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

/** A network with a shorter prefix is no group of hosts that somebody knows. */
const shortestTrusted = { 4: 8, 16: 16 } as const;
/** Tables with more keys are not looked through for networks. */
const mostKeys = 1000;
/** So many messages are tried for a rule, and so many steps made from rule to rule in all. */
const mostMessages = 5000;
const mostSteps = 3_000_000;
const mostConstants = 12;

/** Looks for a message through each listener that can be reached from outside. */
export function findOpenRelays(model: Model): OpenRelay[] {
  const search = new Search(model);
  return model.entryPoints.flatMap(({ listener, reach, auth, tag }) => {
    const found = listener && reach === "outside" && auth !== "required" ? search.through(listener, tag) : undefined;
    return found ? [found] : [];
  });
}

class Search {
  private readonly rules: readonly RuleConditions[];
  private readonly addresses: readonly string[];
  private steps = 0;
  private readonly accepted = new Map<string, readonly string[]>();

  constructor(private readonly model: Model) {
    this.rules = model.conditionsForStrangers;
    const tables = new Set(
      this.rules.flatMap(({ from }) => (from.kind === "address" && !from.test.regex ? [from.test.table] : [])),
    );
    const trusted = [...tables].flatMap(({ keys, blocks }) =>
      keys && keys.length <= mostKeys ? blocks.filter(isSmall) : [],
    );
    this.addresses = outsideAddresses.filter((address) => {
      const bytes = parseNetwork(address)?.bytes ?? [];
      return !trusted.some((block) => isInBlock(bytes, block));
    });
  }

  through(listener: Listen, tag: string): OpenRelay | undefined {
    const filters = filtersOf(listener, this.model);
    const constants = new Constants();
    for (const rule of this.rules) {
      constants.add(rule);
      if (!this.relays(rule)) continue;
      for (const message of this.messagesFor(rule, constants, tag)) {
        if (matches(rule, message) !== true || !letsPass(filters, message, this.model)) continue;
        const result = evaluate(this.rules, message);
        if (result.outcome === "rule" && result.match === rule.match) {
          return { rule, listener, message, claims: claimsOf(message) };
        }
        this.steps += this.rules.length;
        if (this.steps > mostSteps) return undefined;
      }
    }
    return undefined;
  }

  /** True if the rule hands messages to another server, whatever their domain. */
  private relays({ match, tls }: RuleConditions): boolean {
    if (match.broken || tls || match.outcome?.word !== "action" || !match.action) return false;
    const action = this.model.definitionsOf("action", match.action.value)[0]?.statement as Action | undefined;
    if (action?.method?.word !== "relay") return false;
    return !action.options.some(({ keyword, value }) => {
      // A backup relays only where the DNS names it; a table of domains names ours.
      if (keyword.word === "backup" || keyword.word === "domain") return true;
      return keyword.word === "host" && value?.kind === "single-value" && /^lmtp:/i.test(value.text.value);
    });
  }

  /** Messages that may take a rule, those without any pretence first. */
  private *messagesFor(rule: RuleConditions, constants: Constants, tag: string): Generator<Message> {
    const domains = this.acceptedBy(rule.destination, "domain", foreignDomains);
    const sources =
      rule.from.kind === "address" ? this.acceptedBy(rule.from.test, "netaddr", this.addresses) : this.addresses;
    if (domains.length === 0 || sources.length === 0 || isSocket(rule)) return;
    const choices = [
      sources,
      [anybody.rdns, "", ...constants.rdns],
      [anybody.helo, ...constants.helo],
      [anybody.mailFrom, "@", ...constants.senders],
      ["someone", ...constants.users],
      domains,
    ];
    let count = 0;
    for (const [src, rdns, helo, mailFrom, user, domain] of combinations(choices)) {
      if (++count > mostMessages) return;
      yield { src, rdns, helo, mailFrom, rcptTo: `${user}@${domain}`, tag, user: undefined } as Message;
    }
  }

  /** The candidates for which a test holds; many rules share a table. */
  private acceptedBy(test: Test, service: "domain" | "netaddr", candidates: readonly string[]): readonly string[] {
    const key = `${service} ${test.negated} ${test.regex} ${test.table.identity}`;
    let found = this.accepted.get(key);
    if (!found) {
      const lookup = test.lookup(service);
      found = candidates.filter((text) => {
        const result = lookup.test(service === "netaddr" && text.includes(":") ? `[${text}]` : text);
        return result !== undefined && result !== test.negated;
      });
      this.accepted.set(key, found);
    }
    return found;
  }
}

const isSocket = ({ from }: RuleConditions) => from.kind === "socket" && !from.negated;

const isSmall = ({ bytes, length }: Block) => length >= shortestTrusted[bytes.length as 4 | 16];

const someone = parseMailAddress(anybody.mailFrom) as MailAddress;

/** What the rules up to one name, as texts that a sender can pretend. */
class Constants {
  readonly rdns: string[] = [];
  readonly helo: string[] = [];
  private readonly senderUsers: string[] = [someone.user];
  private readonly senderDomains: string[] = [someone.domain];
  /** Local parts of recipients. */
  readonly users: string[] = [];

  add({ from, helo, mailFrom, rcptTo }: RuleConditions): void {
    if (from.kind === "rdns") this.collect(this.rdns, from.test, hostNames);
    this.collect(this.helo, helo, hostNames);
    this.collect(this.senderUsers, mailFrom, (text) => [text.split("@")[0] as string].filter(Boolean));
    this.collect(this.senderDomains, mailFrom, (text) => [text.slice(text.lastIndexOf("@") + 1)].filter(Boolean));
    this.collect(this.users, rcptTo, (text) => [text.split("@")[0] as string].filter(Boolean));
  }

  /** Each user in each domain: one rule may name the user, and another the domain. */
  get senders(): string[] {
    const all = this.senderUsers.flatMap((user) => this.senderDomains.map((domain) => `${user}@${domain}`));
    return all.slice(1);
  }

  private collect(into: string[], test: Test | undefined, examples: Examples): void {
    for (const key of (test?.table.keys ?? []).slice(0, mostConstants)) {
      const expression = test?.regex ? key : undefined;
      const text = expression?.replace(/^\(\?i\)|[\^$\\()*+?]/g, "") ?? key.replaceAll("*", "x");
      for (const example of examples(text, expression)) {
        if (into.length < mostConstants && !into.includes(example)) into.push(example);
      }
    }
  }
}

/** What stands for a key: its text, and the expression from which that was made, if it is one. */
type Examples = (text: string, expression: string | undefined) => string[];

const hostNames: Examples = (text, expression) => {
  if (text === "") return [];
  if (expression === undefined) return [text];
  // What an expression says may be refused by its name before, and a longer name not.
  return [text, expression.startsWith("^") ? `${text}x` : `x${text}`];
};

/** All combinations of one of each list, those with the fewest that are not the first of their list at the start. */
function* combinations(lists: readonly (readonly string[])[]): Generator<string[]> {
  const pick = function* (index: number, others: number): Generator<string[]> {
    const list = lists[index];
    if (!list) {
      if (others === 0) yield [];
      return;
    }
    for (const [at, item] of list.entries()) {
      if (at > 0 && others === 0) return;
      for (const rest of pick(index + 1, at > 0 ? others - 1 : others)) yield [item, ...rest];
    }
  };
  for (let others = 0; others <= lists.length; others++) yield* pick(0, others);
}

function claimsOf({ mailFrom, helo, rdns }: Message): OpenRelay["claims"] {
  const given = { mailFrom: mailFrom === "@" ? anybody.mailFrom : mailFrom, helo, rdns: rdns || anybody.rdns };
  return (["mailFrom", "helo", "rdns"] as const).filter((property) => given[property] !== anybody[property]);
}
