import type { Filter, TableExpression } from "@smtpdlint/grammar";
import { optionOf, keysOf as tableKeys } from "@smtpdlint/model";
import {
  type MatchRule,
  portsOf,
  reachedBy,
  type Smtpd,
  scenarioOf,
  textAt,
  traceMessage,
  unreachableRules,
  type Verdict,
  verdictOf,
} from "@smtpdlint/policy";

import { withOutcomes } from "./outcomes.ts";
import { quoted } from "./quoted.ts";
import { readPolicyTests } from "./read.ts";
import { runTests } from "./run.ts";

/** So many texts of a condition are tried, and so many messages once one is found that takes the rule. */
const mostTexts = 4;
const mostRefused = 8;

/**
 * A file of policy tests to begin with, for a configuration of this name: for
 * each match rule a message that takes it, from somebody outside if possible,
 * then from a user, then from this machine. Nothing is expected of them yet.
 */
export function starterTests(name: string, smtpd: Smtpd): string {
  const { model } = smtpd.policy;
  const programs = model.config.statements.filter((statement) => statement.kind === "filter" && !statement.phase);
  const assumptions = programs.flatMap((statement) => {
    const { chain, name } = statement as Filter;
    return chain || !name ? [] : [`assume filter ${quoted(name.value)} proceed`];
  });
  const settings = ["# users { alice, bob }", "# hostname mx.example.org", ...assumptions];
  const unreachable = unreachableRules(smtpd.policy);
  const cases = smtpd.ruleset.flatMap((rule) => {
    const text = textAt(rule.match.span, model);
    if (unreachable.has(rule.match)) return [`# ${text}`, "# no message reaches this rule"];
    const conditions = messageFor(rule, smtpd);
    return [`# ${text}`, conditions === undefined ? "# no message was found for this rule" : `${conditions} =>`];
  });
  return [
    `# Policy tests of ${name}: "smtpdlint test" runs them.`,
    "# Name the users and the machine: then the outcomes are certain, and 'maybe' can go.",
    ...settings,
    "",
    '"one message for each match rule"',
    ...cases,
    "",
    '"somebody outside cannot send to others"',
    "from outside to any-other-domain => never relay",
    "",
  ].join("\n");
}

/** A test of a match rule: a message that takes it, and what becomes of it now; undefined if none is found. */
export function testFor(rule: MatchRule, smtpd: Smtpd): string | undefined {
  const conditions = messageFor(rule, smtpd);
  return conditions === undefined ? undefined : testOf(conditions, smtpd);
}

/** A test of a message, which expects what becomes of it now. */
export function testOf(conditions: string, smtpd: Smtpd): string {
  const text = `${conditions} =>`;
  return withOutcomes(text, runTests(readPolicyTests(text).tests, smtpd), { allowsMaybe: true }).text;
}

/** The first message that takes the rule, in the words of a test; one that is accepted, if there is one among the next. */
export function messageFor(rule: MatchRule, smtpd: Smtpd): string | undefined {
  const wantsRefusal = rule.match.outcome?.word === "reject";
  let first: string | undefined;
  let more = 0;
  for (const candidate of candidatesFor(rule, smtpd)) {
    const verdict = verdictBy(candidate, rule, smtpd);
    if (verdict?.kind === "accepted" || (verdict && wantsRefusal)) return candidate;
    if (verdict) first ??= candidate;
    if (first !== undefined && ++more > mostRefused) break;
  }
  return first;
}

/** What becomes of a message in the ordinary way; undefined if the rule does not take it. */
function verdictBy(conditions: string, rule: MatchRule, smtpd: Smtpd): Verdict | undefined {
  const [test] = readPolicyTests(`${conditions} =>`).tests;
  const described = test && scenarioOf(smtpd, test.message);
  if (!described || "problem" in described) return undefined;
  const { scenario } = described;
  const [ordinary] = traceMessage(smtpd, scenario).alternatives;
  const [recipient] = ordinary?.result.recipients ?? [];
  if (!ordinary || !recipient) return undefined;
  const isTaken = reachedBy(scenario, ordinary.result).rules.some(({ match }) => match === rule.match);
  return isTaken ? verdictOf(recipient) : undefined;
}

/** What may take the rule, the most ordinary first: its own texts, and those of its action's tables. */
function candidatesFor({ from, destination, mailFrom, rcptTo, helo, auth, match }: MatchRule, smtpd: Smtpd): string[] {
  const { model, entryPoints } = smtpd.policy;
  const submission = entryPoints.find((point) => point.listener && point.auth !== "none");
  const port = submission?.listener && portsOf(submission.listener)[0];
  const source = from.kind === "address" && !from.condition.negated ? keysOf(from.condition.table.keys) : [];
  const addresses = source
    .map(addressIn)
    .filter((key) => /^[\d.]+$|^\[[\da-f:.]+\]$/i.test(key) && !smtpd.environment.localAddresses?.includes(key))
    .map((key) => key.replace(/[[\]]/g, ""));
  const users = auth?.condition && !auth.negated ? keysOf(auth.condition.table.keys) : ["someone"];
  const clients = [
    ...addresses.map((address) => `from ${address}`),
    // Nobody outside gets to a listener of the loopback.
    ...(entryPoints.some(({ reach }) => reach !== "socket" && reach !== "loopback") ? ["from outside"] : []),
    ...(port === undefined ? [] : users.map((user) => `auth ${quoted(user)} port ${quoted(String(port))}`)),
    "from local",
    "from 127.0.0.1",
  ];
  const named = destination.negated || destination.regex ? [] : keysOf(destination.table.keys).map(asName);
  // The name that every machine has.
  const domains = destination.table.identity === "<localnames>" ? ["localhost", ...named] : named;
  const action = model.symbols.actionOf(match);
  const members = ["alias", "virtual"].flatMap((word) => {
    const value = action && optionOf(action, word)?.value;
    return value ? keysOf(tableKeys(model.tables.of(value as TableExpression))) : [];
  });
  const recipients = rcptTo && !rcptTo.negated && !rcptTo.regex ? keysOf(rcptTo.table.keys) : [];
  const locals = [...members.filter((key) => !key.includes("@") && key !== "@"), "postmaster", "someone"];
  const to = [
    ...recipients.map((key) => (key.startsWith("@") ? `someone${asName(key)}` : key)),
    ...members.filter((key) => /^[^@]+@[^@]+$/.test(key)),
    ...domains.flatMap((domain) => locals.slice(0, mostTexts).map((user) => `${user}@${domain}`)),
    ...locals.slice(0, mostTexts),
    "someone@elsewhere.example",
  ];
  const senders = mailFrom && !mailFrom.negated && !mailFrom.regex ? keysOf(mailFrom.table.keys) : [];
  const extra = [
    senders.length > 0 ? `mail-from ${quoted(senderOf(senders[0] as string))}` : "",
    helo && !helo.negated && !helo.regex ? keysOf(helo.table.keys).map((key) => `helo ${quoted(asName(key))}`)[0] : "",
  ].filter(Boolean);
  return clients.flatMap((client) => to.map((address) => [client, ...extra, `to ${quoted(address)}`].join(" ")));
}

const keysOf = (keys: readonly string[] | undefined) => (keys ?? []).slice(0, mostTexts);

/** An address of a network of IPv4, the first that a host may have; anything else, also the whole Internet, as it is. */
const addressIn = (key: string) =>
  key.replace(/^([1-9][\d.]*?)(\.0)?\/\d+$/, (_, start, zero) => (zero ? `${start}.1` : start));

/** A name that a pattern of a host name takes. */
const asName = (pattern: string) => (pattern === "*" ? "elsewhere.example" : pattern.replaceAll("*", "x"));

const senderOf = (pattern: string) =>
  pattern === "@" ? "<>" : pattern.startsWith("@") ? `someone${asName(pattern)}` : asName(pattern);
