import { type Match, type MatchCondition, originOf, partIn } from "@smtpdlint/grammar";
import { alternatives, quote } from "@smtpdlint/model";
import { type Condition, excludes, type MatchRule, type Policy, regionOf } from "@smtpdlint/policy";
import type { Fix } from "../../diagnostic.ts";
import { didYouMean } from "../../edits.ts";
import { defineRule } from "../../rule.ts";
import { bareTablesOf } from "../shared/bare-table.ts";

const messages = {
  tag: "no listener sets {tag}: this rule never matches",
  nobody: "{condition} leaves nobody: this rule never matches",
  recipients: "no recipient of 'rcpt-to' is in a domain of 'for': this rule never matches",
  socket: "the socket does not set {tag}: with 'from socket' this rule never matches",
  users: "nobody can log in as one of these users, since no listener offers it: this rule never matches",
  listener: "nobody can log in at a listener that sets {tag}: this rule never matches",
} as const;

export const rule = defineRule({
  meta: {
    id: "never-matches",
    category: "suspicious",
    fixable: true,
    tag: "unnecessary",
    lens: "never matches",
    summary: "a rule whose conditions no message can fulfil",
    messages,
  },
  model(model, { policy, report }) {
    // In a fragment without any listener nobody knows which there are.
    const isWhole = policy.model.listeners.length > 0;
    for (const conditions of policy.ruleset) {
      const { match } = conditions;
      if (match.broken) continue;
      const found =
        emptyCondition(conditions) ?? (isWhole && policy.tags ? contradiction(conditions, policy) : undefined);
      // A table that lacks its brackets is a finding of its own.
      const tags = found?.message === "tag" ? conditionOf(match, "tag")?.table : undefined;
      if (found && !(tags && bareTablesOf(model).at(tags.span))) report({ data: {}, ...found });
    }
  },
});

interface Finding {
  readonly span: MatchCondition["span"];
  readonly message: keyof typeof messages;
  readonly data?: Record<string, string>;
  readonly help?: string;
  readonly fixes?: readonly Fix[];
}

/** A condition that excludes everything, whatever listeners there are. */
function emptyCondition(conditions: MatchRule): Finding | undefined {
  const { match, destination, mailFrom, rcptTo, from } = conditions;
  const isNegated = destination.negated || mailFrom?.negated || (from.kind === "address" && from.condition.negated);
  if (!isNegated && !rcptTo) return undefined;
  const holds = (test: Condition | undefined, patterns: readonly string[]) =>
    test?.negated && !test.regex && patterns.some((pattern) => test.table.includes(pattern));
  const { source, properties } = regionOf(conditions, undefined);
  const empty =
    (holds(destination, ["*"]) && "for") ||
    (holds(mailFrom, ["", "@"]) && "mail-from") ||
    (holds(rcptTo, ["", "@", "@*"]) && "rcpt-to") ||
    // Entries that are no addresses have a rule of their own.
    (from.kind === "address" &&
      from.condition.negated &&
      !source.most.local &&
      source.most.blocks.length === 0 &&
      "from");
  if (empty) {
    const condition = conditionOf(match, empty);
    return condition && { span: condition.span, message: "nobody", data: { condition: quote(writtenAs(condition)) } };
  }
  const { destination: domains, rcptTo: recipients } = properties;
  // The delimiter does not matter to domains.
  if (!domains || !recipients || !excludesDomains(domains.patterns, recipients.patterns)) return undefined;
  const condition = conditionOf(match, "rcpt-to");
  return condition && { span: condition.span, message: "recipients" };
}

function excludesDomains(domains: readonly string[] | undefined, recipients: readonly string[] | undefined): boolean {
  const ofRecipients = recipients?.map((text) => (text.includes("@") ? text.slice(text.lastIndexOf("@") + 1) : ""));
  if (!domains || !ofRecipients || ofRecipients.includes("")) return false;
  const set = (patterns: readonly string[]) => ({ identity: "", patterns, excluded: undefined });
  return excludes("destination", set(domains), set(ofRecipients), "+");
}

/** Conditions that no entry point fulfils at once. */
function contradiction(conditions: MatchRule, policy: Policy): Finding | undefined {
  const { match, tag, from, auth } = conditions;
  if (!tag && !auth) return undefined;
  const tagged = policy.entryPointsFor(tag);
  if (tagged.length === 0 && tag) return unknownTag(tag, match, policy);
  const tagFinding = () => {
    const condition = tag && conditionOf(match, "tag");
    return condition && { span: condition.span, data: { tag: describeTags(condition) } };
  };
  if (from.kind === "socket" && !from.negated && tag && !tagged.some(({ reach }) => reach === "socket")) {
    const finding = tagFinding();
    return finding && { ...finding, message: "socket" };
  }
  if (!auth || auth.negated) return undefined;
  // Who calls sendmail(8) counts as logged in, under an empty name.
  const byName =
    auth.condition !== undefined && !auth.condition.regex && auth.condition.table.keys?.includes("") === false;
  const possible = tagged.some((point) => point.auth !== "none" || (!byName && point.reach === "socket"));
  const authCondition = possible ? undefined : conditionOf(match, "auth");
  if (!authCondition) return undefined;
  const { span } = authCondition;
  if (tag) return { span, message: "listener", data: tagFinding()?.data ?? {} };
  return byName ? { span, message: "users", help: "add auth to a listener with TLS" } : undefined;
}

/** A tag that no listener sets. */
function unknownTag(tag: Condition, match: Match, { model }: Policy): Finding | undefined {
  const condition = conditionOf(match, "tag");
  if (!condition) return undefined;
  const keys = tag.table.keys ?? [];
  const suggestion = keys.length === 1 ? model.symbols.nearestName("tag", keys[0] as string) : undefined;
  const finding = { span: condition.span, message: "tag", data: { tag: describeTags(condition) } } as const;
  if (!suggestion) return { ...finding, help: "set it on a listener: listen on … tag NAME" };
  const { table } = condition;
  const written = table?.kind === "inline-table" ? table.entries[0]?.key : table?.kind === "single-value" && table.text;
  // A table of a name of its own may serve others too.
  if (!written) return { ...finding, help: `did you mean ${quote(suggestion)}?` };
  return { ...finding, ...didYouMean(model, written.span, { wrong: written.value, meant: suggestion }) };
}

/** The last condition about a property, which is the one that counts. */
function conditionOf(match: Match, property: string): MatchCondition | undefined {
  const asRead = originOf(match).conditions.findLast(
    ({ keyword, subject }) => keyword.word === property || subject?.word === property,
  );
  return asRead && partIn(match, asRead);
}

function writtenAs({ negation, keyword, subject }: MatchCondition): string {
  return [negation && "!", keyword.word, subject?.word].filter(Boolean).join(" ");
}

function describeTags({ negation, regex, table }: MatchCondition): string {
  if (negation || regex || table?.kind === "table-reference") return "a tag as this asks for";
  const names = table?.kind === "inline-table" ? table.entries.map(({ key }) => key) : table ? [table.text] : [];
  return `the tag ${alternatives(names.slice(0, 5).map(({ value }) => quote(value)))}`;
}
