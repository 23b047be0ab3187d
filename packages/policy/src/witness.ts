import { type MailAddress, parseMailAddress } from "@smtpdlint/model";
import { combinations } from "./combinations.ts";
import type { Service } from "./lookup.ts";
import type { Message } from "./message.ts";
import { outsideMessage } from "./outside.ts";
import type { Condition, MatchRule } from "./ruleset.ts";
import { isDomain, isLocalPart } from "./session/reply-path.ts";

/** So many messages are made for a match rule, and so many texts taken from its tables. */
const mostMessages = 5000;
const mostConstants = 12;

/** What is tried besides the texts that match rules name. */
export interface WitnessCandidates {
  readonly addresses: readonly string[];
  /** Of recipients. */
  readonly domains: readonly string[];
}

/**
 * Makes messages that may take a match rule: from the texts that it and the
 * rules before it name, and from candidates of which none is named. Those that
 * pretend the least come first. Whether a message takes the rule is for the
 * evaluator to say.
 */
export class Witnesses {
  private readonly constants = new Constants();
  private readonly accepted = new Map<string, readonly string[]>();

  constructor(private readonly candidates: WitnessCandidates) {}

  /** Adds a match rule, whose texts later rules may have to avoid or to meet. */
  add(rule: MatchRule): void {
    this.constants.add(rule);
  }

  /** False if no message is made for a match rule, whatever the entry point. */
  has(rule: MatchRule): boolean {
    return !isSocket(rule) && this.domainsFor(rule).length > 0 && this.sourcesFor(rule).length > 0;
  }

  /** Messages that may take a match rule that was added, through an entry point with this tag. */
  *of(rule: MatchRule, tag: string): Generator<Message> {
    if (!this.has(rule)) return;
    const { rdns, helo, mailFrom } = outsideMessage;
    const { constants } = this;
    const domains = this.domainsFor(rule);
    const sources = this.sourcesFor(rule);
    const choices = [
      sources,
      [rdns, "", ...constants.rdns],
      [helo, ...constants.helo],
      [mailFrom, "@", ...constants.senders],
      ["someone", ...constants.users],
      domains,
    ];
    let count = 0;
    for (const [src, rdns, helo, mailFrom, user, domain] of combinations(choices)) {
      if (++count > mostMessages) return;
      yield { src, rdns, helo, mailFrom, rcptTo: `${user}@${domain}`, tag, user: undefined } as Message;
    }
  }

  private domainsFor({ destination }: MatchRule): readonly string[] {
    return this.acceptedBy(destination, "domain", this.candidates.domains);
  }

  private sourcesFor({ from }: MatchRule): readonly string[] {
    const { addresses } = this.candidates;
    return from.kind === "address" ? this.acceptedBy(from.condition, "netaddr", addresses) : addresses;
  }

  /** The candidates for which a condition holds; many rules share a table. */
  private acceptedBy(condition: Condition, service: Service, candidates: readonly string[]): readonly string[] {
    const key = `${service} ${condition.negated} ${condition.regex} ${condition.table.identity}`;
    let found = this.accepted.get(key);
    if (!found) {
      const lookup = condition.lookup(service);
      found = candidates.filter((text) => {
        const result = lookup.test(service === "netaddr" && text.includes(":") ? `[${text}]` : text);
        return result !== undefined && result !== condition.negated;
      });
      this.accepted.set(key, found);
    }
    return found;
  }
}

const isSocket = ({ from }: MatchRule) => from.kind === "socket" && !from.negated;

const someone = parseMailAddress(outsideMessage.mailFrom) as MailAddress;

/** What the rules up to one name, as texts that a sender can pretend. */
class Constants {
  readonly rdns: string[] = [];
  readonly helo: string[] = [];
  private readonly senderUsers: string[] = [someone.user];
  private readonly senderDomains: string[] = [someone.domain];
  /** Local parts of recipients. */
  readonly users: string[] = [];

  add({ from, helo, mailFrom, rcptTo }: MatchRule): void {
    if (from.kind === "rdns") this.collect(this.rdns, from.condition, hostNames);
    this.collect(this.helo, helo, hostNames);
    this.collect(this.senderUsers, mailFrom, (text) => validFrom(text.split("@")[0], isLocalPart));
    this.collect(this.senderDomains, mailFrom, (text) => validFrom(text.slice(text.lastIndexOf("@") + 1), isDomain));
    this.collect(this.users, rcptTo, (text) => validFrom(text.split("@")[0], isLocalPart));
  }

  /** Each user in each domain: one rule may name the user, and another the domain. */
  get senders(): string[] {
    const all = this.senderUsers.flatMap((user) => this.senderDomains.map((domain) => `${user}@${domain}`));
    return all.slice(1);
  }

  private collect(into: string[], condition: Condition | undefined, examples: Examples): void {
    if (into.length === mostConstants) return;
    for (const key of (condition?.table.keys ?? []).slice(0, mostConstants)) {
      const expression = condition?.regex ? key : undefined;
      const text = expression?.replace(/^\(\?i\)|[\^$\\()*+?]/g, "") ?? key.replaceAll("*", "x");
      for (const example of examples(text, expression)) {
        if (into.length < mostConstants && !into.includes(example)) into.push(example);
      }
    }
  }
}

/** What stands for a key: its text, and the expression from which that was made, if it is one. */
type Examples = (text: string, expression: string | undefined) => string[];

/** A text that smtpd accepts in a command, as near as possible: an expression may begin or end with a dot. */
const validFrom = (text: string | undefined, isValid: (text: string) => boolean): string[] =>
  text ? [text, `${text}x`, `x${text}`].filter(isValid).slice(0, 1) : [];

const hostNames: Examples = (text, expression) => {
  // What an expression says may be refused by its name before, and a longer name not.
  const longer = expression === undefined ? [] : [expression.startsWith("^") ? `${text}x` : `x${text}`];
  return [text, ...(text === "" ? [] : longer)].flatMap((name) => validFrom(name, isDomain));
};
