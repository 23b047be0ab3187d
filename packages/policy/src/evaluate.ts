import { type Match, type MatchCondition, partIn } from "@smtpdlint/grammar";
import { comparisonForUser, comparisons } from "./comparison.ts";
import type { Found, Lookup, Service } from "./lookup.ts";
import type { Message } from "./message.ts";
import type { AsRead, Condition, MatchRule } from "./ruleset.ts";

/** Which match rule takes a message, or why that cannot be said. */
export type Evaluation =
  | { readonly outcome: "rule"; readonly match: Match }
  | { readonly outcome: "nomatch" }
  | { readonly outcome: "tempfail"; readonly match: Match }
  /** A table that nobody can read decides, at this rule. */
  | { readonly outcome: "unknown"; readonly match: Match };

/** Finds the match rule that takes a message: the first that matches (ruleset.c, ruleset_match). */
export function evaluate(ruleset: readonly MatchRule[], message: Message): Evaluation {
  for (const rule of ruleset) {
    const result = matches(rule, message);
    if (result === false) continue;
    if (result === true) return { outcome: "rule", match: rule.match };
    return { outcome: result, match: rule.match };
  }
  return { outcome: "nomatch" };
}

/** What a condition answers; `tempfail` ends the whole evaluation. */
export type Answer = boolean | "tempfail" | "unknown";

/** True if a match rule takes a message. The conditions are asked in smtpd's order: a false one ends the rule. */
export function matches(rule: MatchRule, message: Message): Answer {
  let unknown = false;
  for (const { ask } of matchQuestions) {
    const answer = ask(rule, message);
    if (answer === false) return false;
    if (answer === "unknown") unknown = true;
    else if (answer === "tempfail") return unknown ? "unknown" : "tempfail";
  }
  return unknown ? "unknown" : true;
}

/** What one condition of a match rule says of a message, and why. */
export interface Explanation {
  readonly property: AskedProperty;
  /** Where it is written; `implied` if nobody wrote it. */
  readonly origin: MatchCondition | "implied";
  readonly answer: Answer;
  /** What of the message is compared, and the key of the table that matches it; undefined if there is no table. */
  readonly compared: (Comparison & { readonly found: Found }) | undefined;
}

/** Answers each condition of a match rule in smtpd's order, up to the one that ends it. */
export function explain(rule: MatchRule, message: Message): Explanation[] {
  const explanations: Explanation[] = [];
  for (const { property, readOf, ask, compare } of matchQuestions) {
    const asRead = readOf(rule);
    if (!asRead) continue;
    const origin = asRead === "implied" ? asRead : partIn(rule.match, asRead);
    const answer = ask(rule, message);
    const comparison = compare(rule, message);
    const compared = comparison && { ...comparison, found: lookupOf(comparison).find(comparison.text) };
    explanations.push({ property, origin, answer, compared });
    if (answer === false || answer === "tempfail") break;
  }
  return explanations;
}

/** What a match rule asks for, by its name in the rule. */
export type AskedProperty = "tag" | "from" | "destination" | "helo" | "auth" | "tls" | "mailFrom" | "rcptTo";

/** A text of the message, and the condition whose table it is looked up in. */
export interface Comparison {
  readonly condition: Condition;
  readonly service: Service;
  readonly text: string;
}

const lookupOf = ({ condition, service }: Comparison): Lookup => condition.lookup(service);

/** What a match rule asks about a message. */
export interface MatchQuestion {
  readonly property: AskedProperty;
  /** Undefined if the rule does not ask. */
  readonly readOf: (rule: MatchRule) => AsRead | undefined;
  readonly ask: (rule: MatchRule, message: Message) => Answer;
  /** For explanations; undefined if no table decides. */
  readonly compare: (rule: MatchRule, message: Message) => Comparison | undefined;
}

/** In the order in which smtpd asks (ruleset.c, ruleset_match). */
export const matchQuestions: readonly MatchQuestion[] = [
  texts(
    "tag",
    ({ tag }) => tag,
    comparisons.tag,
    ({ tag }) => tag,
  ),
  {
    property: "from",
    readOf: ({ from }) => (from.kind === "address" ? from.condition : from).asRead,
    ask: ({ from }, message) => matchesOrigin(from, message),
    compare: ({ from }, message) => {
      const condition = from.kind === "socket" ? undefined : from.condition;
      return condition && { condition, service: "netaddr", text: originText(from, message) };
    },
  },
  texts(
    "destination",
    ({ destination }) => destination,
    comparisons["for domain"],
    ({ rcptTo }) => rcptTo.slice(rcptTo.lastIndexOf("@") + 1),
  ),
  texts(
    "helo",
    ({ helo }) => helo,
    comparisons.helo,
    ({ helo }) => helo,
  ),
  {
    property: "auth",
    readOf: ({ auth }) => auth?.asRead,
    ask: ({ auth }, { user }) => {
      if (!auth) return true;
      // smtpd negates the answer also for somebody who is not authenticated.
      if (user === undefined || !auth.condition) return (user !== undefined) !== auth.negated;
      return auth.fails ? "tempfail" : answer(auth.condition, comparisonForUser(user), user);
    },
    compare: ({ auth }, { user }) =>
      auth?.condition && user !== undefined
        ? { condition: auth.condition, service: comparisonForUser(user), text: user }
        : undefined,
  },
  {
    property: "tls",
    readOf: ({ tls }) => tls,
    ask: ({ tls }) => (tls ? "tempfail" : true),
    compare: () => undefined,
  },
  texts(
    "mailFrom",
    ({ mailFrom }) => mailFrom,
    comparisons["mail-from"],
    ({ mailFrom }) => mailFrom,
  ),
  texts(
    "rcptTo",
    ({ rcptTo }) => rcptTo,
    comparisons["rcpt-to"],
    ({ rcptTo }) => rcptTo,
  ),
];

/** A question that one table answers for one text of the message. */
function texts(
  property: AskedProperty,
  conditionOf: (rule: MatchRule) => Condition | undefined,
  service: Service,
  textOf: (message: Message) => string,
): MatchQuestion {
  return {
    property,
    readOf: (rule) => conditionOf(rule)?.asRead,
    ask: (rule, message) => {
      const condition = conditionOf(rule);
      return !condition || answer(condition, service, textOf(message));
    },
    compare: (rule, message) => {
      const condition = conditionOf(rule);
      return condition && { condition, service, text: textOf(message) };
    },
  };
}

function matchesOrigin(from: MatchRule["from"], message: Message): Answer {
  const { src, rdns, internal } = message;
  if (from.kind === "socket" && from.fails) return "tempfail";
  if (internal) {
    const condition = from.kind === "socket" ? undefined : from.condition;
    return condition !== undefined && answer(condition, "netaddr", originText(from, message));
  }
  switch (from.kind) {
    case "socket":
      return (src === "local") !== from.negated;
    case "rdns":
      if (!from.condition) return (rdns !== "") !== from.negated;
      // Without a reverse name not even a negated condition holds.
      return rdns !== "" && answer(from.condition, comparisons["from rdns"], originText(from, message));
    case "address":
      return answer(from.condition, comparisons["from src"], originText(from, message));
  }
}

/** What smtpd compares with the table of a `from` (ruleset.c, ruleset_match_from). */
function originText(from: MatchRule["from"], { src, rdns, internal, user }: Message): string {
  if (internal) return "local";
  if (from.kind === "rdns") return rdns;
  if (from.kind === "address" && from.usersAreLocal && user !== undefined) return "local";
  return src.includes(":") ? `[${src}]` : src;
}

/** True for what the machine's own tables hold on every machine (config.c). */
export const isSurelyIn = (table: string, text: string): boolean =>
  (table === "<localhost>" && ["local", "127.0.0.1", "[::1]"].includes(text)) ||
  (table === "<localnames>" && text.toLowerCase() === "localhost");

function answer(condition: Condition, service: Service, text: string): Answer {
  const found = condition.lookup(service).test(text) ?? (isSurelyIn(condition.table.identity, text) || undefined);
  return found === undefined ? "unknown" : found !== condition.negated;
}
