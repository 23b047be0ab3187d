import { type Match, type MatchCondition, originOf, partIn } from "@smtpdlint/grammar";
import { outcomeOf, quote } from "@smtpdlint/model";
import {
  evaluate,
  isOpenToAll,
  type MatchRule,
  matches,
  type Origin,
  outsideMessage,
  type Policy,
  Witnesses,
} from "@smtpdlint/policy";
import { insert } from "../../edits.ts";
import { defineRule } from "../../rule.ts";
import { messageWords, traceCommand } from "../shared/command.ts";

/** What of a message a reject can name: who sends it, or where it came in. */
const named = new Set(["mail-from", "helo", "rcpt-to", "tag", "auth"]);

export const rule = defineRule({
  meta: {
    id: "narrow-reject",
    category: "suspicious",
    summary: "a reject that leaves out most of the mail that it names",
    fixable: true,
    messages: {
      destination:
        "without 'for' this rejects mail to local names only: mail {condition} to others goes on to later rules",
      origin: "without 'from' this rejects local mail only: mail {condition} from others goes on to later rules",
    },
  },
  model(_, { policy, commandOptions, report }) {
    const { ruleset } = policy;
    const accepts = (rule: MatchRule) => outcomeOf(rule.match) === "action";
    const lastOfOthers = ruleset.findLastIndex((rule) => accepts(rule) && takesMailOfOthers(rule));
    const lastToOthers = ruleset.findLastIndex((rule) => accepts(rule) && takesMailToOthers(rule));
    for (const [index, rule] of ruleset.entries()) {
      const { match, from, destination } = rule;
      const condition = match.broken || outcomeOf(match) !== "reject" ? undefined : conditionOf(match);
      if (!condition) continue;
      const data = { condition: quote(writtenAs(condition)) };
      const advice = (what: string, reaches: (later: MatchRule) => boolean) => {
        const accepting = ruleset.slice(index + 1).filter((later) => accepts(later) && reaches(later));
        const witness = witnessOf(rule, accepting, policy);
        const see = witness && `see ${traceCommand(policy, witness.message, witness.point, commandOptions)}`;
        return {
          help: [what, see].filter(Boolean).join("; "),
          witness: witness && messageWords(policy, witness.message, witness.point),
        };
      };
      const isLocal = writtenFrom(from) === "implied";
      if (isLocal && named.has(condition.keyword.word) && index < lastOfOthers) {
        const at = insert(match.span, match.keyword.span.end, " from any");
        const fixes = [{ title: "add 'from any'", safe: false, edits: [at] }];
        report({ span: match.span, message: "origin", data, fixes, ...advice("add from any", takesMailOfOthers) });
      }
      if (!isLocal && destination.asRead === "implied" && index < lastToOthers) {
        const at = insert(match.span, (match.outcome?.span.start ?? match.span.end) - 1, " for any");
        const fixes = [{ title: "add 'for any'", safe: false, edits: [at] }];
        report({
          span: match.span,
          message: "destination",
          data,
          fixes,
          ...advice("add for any", takesMailToOthers),
        });
      }
    }
  },
});

/** Mail of others that has what the reject names, and that one of the later rules accepts: what the reject leaves out, it takes as that does. */
function witnessOf(rule: MatchRule, later: readonly MatchRule[], { entryPoints, outsideRuleset }: Policy) {
  for (const { from, destination, match } of later) {
    const meant = {
      ...rule,
      ...(writtenFrom(rule.from) === "implied" && { from }),
      ...(rule.destination.asRead === "implied" && { destination }),
    };
    const networks = meant.from.kind === "address" ? (meant.from.condition.table.keys ?? []) : [];
    const witnesses = new Witnesses({
      addresses: [outsideMessage.src, ...networks.map((text) => text.replace(/\/.*/, ""))],
      domains: ["elsewhere.example", ...(destination.table.keys ?? [])],
    });
    witnesses.add(meant);
    for (const point of entryPoints.filter(isOpenToAll)) {
      for (const message of witnesses.of(meant, point.tag)) {
        const evaluation = matches(meant, message) === true ? evaluate(outsideRuleset, message) : undefined;
        if (evaluation?.outcome === "rule" && evaluation.match === match) return { message, point };
      }
    }
  }
  return undefined;
}

/** What the rule rejects by: a sender, a client, a tag. */
function conditionOf(match: Match): MatchCondition | undefined {
  const asRead = originOf(match).conditions.find(
    ({ keyword, subject }) =>
      named.has(keyword.word) || (keyword.word === "from" && /^(?:src|rdns|mail-from|auth)$/.test(subject?.word ?? "")),
  );
  return asRead && partIn(match, asRead);
}

/** As it was read, perhaps elsewhere. */
const writtenFrom = (from: Origin) => (from.kind === "address" ? from.condition : from).asRead;

/** True for a rule that is not for this machine's mail alone. */
function takesMailOfOthers({ from }: MatchRule): boolean {
  const origin = writtenFrom(from);
  return origin !== "implied" && origin.subject?.word !== "local" && origin.subject?.word !== "socket";
}

/** True for a rule that others can use for mail to names that are not local. */
function takesMailToOthers(rule: MatchRule): boolean {
  const { asRead } = rule.destination;
  return takesMailOfOthers(rule) && asRead !== "implied" && asRead.subject?.word !== "local";
}

const writtenAs = ({ negation, keyword, subject }: MatchCondition) =>
  [negation && "!", keyword.word, subject?.word].filter(Boolean).join(" ");
