import { type Entry, entriesOf } from "@smtpdlint/model";
import type { EntryPoint } from "./entry-points.ts";
import { type Environment, unknownEnvironment } from "./environment.ts";
import { evaluate } from "./evaluate.ts";
import { Expander } from "./expansion/expander.ts";
import type { Expansion, ExpansionNode, FailureReason } from "./expansion/expansion-tree.ts";
import type { Message } from "./message.ts";
import { outsideMessage } from "./outside.ts";
import type { Policy } from "./policy.ts";
import { isPossible, type LookupKind, lookupsOf, recipientFor, sendersOf } from "./recipients.ts";
import type { MatchRule } from "./ruleset.ts";

/** An entry of a table of aliases or virtual users to which smtpd refuses mail: from outside, or of this machine if none comes from there. */
export interface RefusedEntry {
  readonly entry: Entry;
  /** A message to it, where it comes in, and what smtpd answers. */
  readonly message: Message;
  readonly point: EntryPoint;
  readonly reply: string;
  /** What smtpd gives up at, and why. */
  readonly node: ExpansionNode;
  readonly reason: FailureReason;
}

/** So many entries of a table are followed, and of all for all rules: a table may have a million, and an editor waits. */
const mostEntries = 200;
const mostOfAll = 1000;

/** The machine, of which nothing is known but that it knows itself, and perhaps its users. */
function environmentOf({ users, machine }: Policy["model"]): Environment {
  // What the files do not have, a database of the machine itself may.
  const isMissing = (name: string) => users?.has(name) === false && machine?.isUser(name) !== true;
  return {
    ...unknownEnvironment,
    localAddresses: ["local", "127.0.0.1", "[::1]"],
    user: (name) => (users?.has(name) ? "present" : isMissing(name) ? "missing" : undefined),
  };
}

/**
 * The entries of all tables of aliases and virtual users that match rules lead
 * to, of which every way that things may go ends in a refusal (lka_session.c:
 * one member that is refused takes the whole recipient with it). An entry with
 * which one rule can do something is none of them, nor one that says `error:`.
 */
export function refusedEntries(policy: Policy): RefusedEntry[] {
  if (!policy.isRulesetComplete) return [];
  let expander: Expander | undefined;
  const found = new Map<string, RefusedEntry | "taken">();
  let followed = 0;
  for (const rule of policy.outsideRuleset) {
    const action = rule.match.broken ? undefined : policy.model.symbols.actionOf(rule.match);
    for (const [kind, table] of action ? lookupsOf(action, policy.model) : []) {
      let count = 0;
      for (const entry of entriesOf(table)) {
        if (++count > mostEntries) break;
        const place = `${entry.span.file}:${entry.span.start}`;
        if (found.get(place) === "taken") continue;
        if (++followed > mostOfAll) return refusedAmong(found);
        expander ??= new Expander(policy, environmentOf(policy.model));
        const result = followEntry(entry, kind, rule, expander, policy);
        if (result) found.set(place, result);
      }
    }
  }
  return refusedAmong(found);
}

const refusedAmong = (found: ReadonlyMap<string, RefusedEntry | "taken">) =>
  [...found.values()].filter((result) => result !== "taken");

/** What becomes of the messages that lead to an entry by a rule; undefined if there are none, or nobody knows. */
function followEntry(
  entry: Entry,
  kind: LookupKind,
  rule: MatchRule,
  expander: Expander,
  policy: Policy,
): RefusedEntry | "taken" | undefined {
  const rcptTo = recipientFor(entry.key, kind, rule);
  if (rcptTo === undefined) return undefined;
  for (const senders of sendersOf(policy)) {
    let refused: RefusedEntry | undefined;
    for (const { point, sender } of senders) {
      const message = { ...outsideMessage, tag: point.tag, ...sender, rcptTo };
      const evaluation = evaluate(policy.outsideRuleset, message);
      if (evaluation.outcome !== "rule" || evaluation.match !== rule.match) continue;
      const { alternatives, complete } = expander.expandRecipient(message);
      const ways = alternatives.filter(isPossible);
      if (!complete || !ways.some(({ result }) => usesEntry(result.root, entry))) return undefined;
      const failures = ways.map(({ result }) => failureOf(result));
      const [failure] = failures;
      if (!failure || failures.includes(undefined)) return "taken";
      refused ??= { entry, message, point, ...failure };
    }
    if (refused) return refused;
  }
  return undefined;
}

const usesEntry = (node: ExpansionNode, entry: Entry): boolean =>
  node.steps.some(
    (step) =>
      (step.kind === "alias" || step.kind === "virtual") &&
      typeof step.entry === "object" &&
      step.entry.span.file === entry.span.file &&
      step.entry.span.start === entry.span.start,
  ) || node.children.some((child) => usesEntry(child, entry));

type Failure = Pick<RefusedEntry, "reply" | "node" | "reason">;

/** What ends an expansion; undefined if nothing does, or if the entry asks for the reply. */
function failureOf({ answer, root }: Expansion): Failure | undefined {
  const failure = answer && answer.reply !== "250" ? findFailure(root) : undefined;
  return answer && failure && failure.reason !== "error alias" ? { reply: answer.reply, ...failure } : undefined;
}

function findFailure(node: ExpansionNode): Omit<Failure, "reply"> | undefined {
  for (const step of node.steps) if (step.kind === "failure") return { node, reason: step.reason };
  for (const child of node.children) {
    const failure = findFailure(child);
    if (failure) return failure;
  }
  return undefined;
}
