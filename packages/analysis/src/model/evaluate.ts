import type { Match } from "@smtpdlint/grammar";
import type { RuleConditions, Test } from "./conditions.ts";

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
