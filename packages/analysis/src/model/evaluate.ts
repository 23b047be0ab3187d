import type { Match } from "@smtpdlint/grammar";
import { hasWildcard } from "../values/host-pattern.ts";
import { builtinKeys, ComparedTable, type RuleConditions, Test } from "./conditions.ts";

/** What smtpd knows of a message when it looks for a rule (struct envelope). */
export interface Message {
  /** `local` for the socket, else the address: `192.0.2.1` or `2001:db8::1`. */
  readonly src: string;
  /** The reverse name of the address; empty if it has none. */
  readonly rdns: string;
  readonly helo: string;
  /** `@` for the null sender. */
  readonly mailFrom: string;
  readonly rcptTo: string;
  /** That of the listener; empty if it has none. */
  readonly tag: string;
  /** The name of an authenticated user, empty for one who calls sendmail(8); undefined if nobody is. */
  readonly user: string | undefined;
  /** True for an address that an alias or a .forward has produced. */
  readonly internal?: boolean;
}

/** Which rule takes a message, or why that cannot be said. */
export type Evaluation =
  | { readonly outcome: "rule"; readonly match: Match }
  | { readonly outcome: "nomatch" }
  | { readonly outcome: "tempfail"; readonly match: Match }
  /** A table that nobody can read decides, at this rule. */
  | { readonly outcome: "unknown"; readonly match: Match };

/** Finds the rule that takes a message: the first that matches (ruleset.c, ruleset_match). */
export function evaluate(rules: readonly RuleConditions[], message: Message): Evaluation {
  for (const rule of rules) {
    const result = matches(rule, message);
    if (result === false) continue;
    if (result === true) return { outcome: "rule", match: rule.match };
    return { outcome: result, match: rule.match };
  }
  return { outcome: "nomatch" };
}

/** One message, evaluated for many domains: rules that cannot take it are left out, and those that name a domain are found by it. */
export class DomainEvaluation {
  private readonly takers: RuleConditions[] = [];
  /** The first taker for a domain. */
  private readonly byDomain = new Map<string, number>();
  /** The takers whose domains have to be compared. */
  private readonly others: number[] = [];

  constructor(
    rules: readonly RuleConditions[],
    private readonly message: Message,
  ) {
    const seen = new Set<string>();
    for (const rule of rules) {
      const { negated, regex, table } = rule.destination;
      const key = `${negated} ${regex} ${table.identity}`;
      if (seen.has(key)) continue;
      if (matches({ ...rule, destination: anyDestination, rcptTo: undefined }, message) === false) continue;
      const index = this.takers.push(rule) - 1;
      if (!rule.rcptTo) seen.add(key);
      const keys = rule.rcptTo || negated || regex ? undefined : table.keys;
      if (!keys || keys.some(hasWildcard)) this.others.push(index);
      else for (const domain of keys) if (!this.byDomain.has(domain)) this.byDomain.set(domain, index);
    }
  }

  /** Finds the rule for somebody in a domain. */
  evaluate(domain: string): Evaluation {
    const message = { ...this.message, rcptTo: `someone@${domain}` };
    const own = this.byDomain.get(domain.toLowerCase()) ?? Number.POSITIVE_INFINITY;
    const isFirst = (index: number) => index > own || matches(this.takers[index] as RuleConditions, message) !== false;
    const rule = this.takers[Math.min(own, this.others.find(isFirst) ?? own)];
    return evaluate(rule ? [rule] : [], message);
  }
}

const anyDestination = new Test(
  false,
  false,
  new ComparedTable("<anydestination>", builtinKeys["<anydestination>"], ""),
);

type Answer = boolean | "tempfail" | "unknown";

/** True if a rule matches a message. The conditions are asked in smtpd's order: a false one ends the rule. */
export function matches(rule: RuleConditions, message: Message): Answer {
  let unknown = false;
  for (const ask of conditions) {
    const answer = ask(rule, message);
    if (answer === false) return false;
    if (answer === "unknown") unknown = true;
    else if (answer === "tempfail") return unknown ? "unknown" : "tempfail";
  }
  return unknown ? "unknown" : true;
}

const conditions: readonly ((rule: RuleConditions, message: Message) => Answer)[] = [
  ({ tag }, message) => !tag || answer(tag, "string", message.tag),
  ({ from }, message) => matchesOrigin(from, message),
  ({ destination }, { rcptTo }) => answer(destination, "domain", rcptTo.slice(rcptTo.lastIndexOf("@") + 1)),
  ({ helo }, message) => !helo || answer(helo, "domain", message.helo),
  ({ auth }, { user }) => {
    if (!auth) return true;
    // smtpd negates the answer also for somebody who is not authenticated.
    if (user === undefined || !auth.test) return (user !== undefined) !== auth.negated;
    return answer(auth.test, user.includes("@") ? "mailaddr" : "string", user);
  },
  ({ tls }) => (tls ? "tempfail" : true),
  ({ mailFrom }, message) => !mailFrom || answer(mailFrom, "mailaddr", message.mailFrom),
  ({ rcptTo }, message) => !rcptTo || answer(rcptTo, "mailaddr", message.rcptTo),
];

function matchesOrigin(from: RuleConditions["from"], { src, rdns, internal }: Message): Answer {
  if (internal) {
    const test = from.kind === "socket" ? undefined : from.test;
    return test !== undefined && answer(test, "netaddr", "local");
  }
  switch (from.kind) {
    case "socket":
      return (src === "local") !== from.negated;
    case "rdns":
      if (!from.test) return (rdns !== "") !== from.negated;
      // Without a reverse name not even a negated condition holds. It is compared as an address (ruleset.c).
      return rdns !== "" && answer(from.test, "netaddr", rdns);
    case "address":
      return answer(from.test, "netaddr", src.includes(":") ? `[${src}]` : src);
  }
}

function answer(test: Test, service: Parameters<Test["lookup"]>[0], text: string): Answer {
  const found = test.lookup(service).test(text);
  return found === undefined ? "unknown" : found !== test.negated;
}
