import type { Model } from "@smtpdlint/model";
import type { Assumptions } from "../assumptions.ts";
import { type Explanation, explain, matches } from "../evaluate.ts";
import type { Message } from "../message.ts";
import type { MatchRule } from "../ruleset.ts";
import type { RuleIndex } from "./rule-index.ts";

/** Which match rule takes a recipient; with `tempfail`, the rule at which smtpd gives up for now. */
export type Ruling =
  | { readonly outcome: "rule" | "tempfail"; readonly rule: MatchRule }
  | { readonly outcome: "nomatch" };

/** Finds the match rule that takes a recipient (ruleset.c, ruleset_match), with assumptions about what is not known. */
export function rulingOf(
  rules: RuleIndex,
  message: Message,
  tables: Model["tables"],
  assumptions: Assumptions,
): Ruling {
  const domain = message.rcptTo.slice(message.rcptTo.lastIndexOf("@") + 1);
  for (const rule of rules.rulesFor(domain)) {
    let result = matches(rule, message);
    if (result === "unknown") result = assumeMatch(rule, message, tables, assumptions);
    if (result === true) return { outcome: "rule", rule };
    if (result === "tempfail") return { outcome: "tempfail", rule };
  }
  return { outcome: "nomatch" };
}

function assumeMatch(
  rule: MatchRule,
  message: Message,
  tables: Model["tables"],
  assumptions: Assumptions,
): boolean | "tempfail" {
  for (const explanation of explain(rule, message)) {
    const answer =
      explanation.answer === "unknown" ? assumeAnswer(explanation, tables, assumptions) : explanation.answer;
    if (answer !== true) return answer;
  }
  return true;
}

/** The question is what the table holds, so that all conditions that ask it get the same answer. */
function assumeAnswer({ compared, origin }: Explanation, tables: Model["tables"], assumptions: Assumptions) {
  if (!compared) return "tempfail";
  const { condition, service, text } = compared;
  const expression = origin === "implied" ? undefined : origin.table;
  // A program or a database that answers for a table may fail.
  const mayFail = expression !== undefined && tables.of(expression).kind === "dynamic";
  const answer = assumptions.assume({
    topic: "condition",
    about: text,
    table: condition.table.identity,
    service: condition.regex ? "regex" : service,
    ...(origin !== "implied" && { place: origin.span }),
    answers: mayFail ? ["no", "yes", "failure"] : ["no", "yes"],
  });
  return answer === "failure" ? "tempfail" : (answer === "yes") !== condition.negated;
}
