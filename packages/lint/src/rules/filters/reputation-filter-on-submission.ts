import { type Filter, type Listen, originOf } from "@smtpdlint/grammar";
import { conjunction, optionOf, quote } from "@smtpdlint/model";
import { portsOf, refuses } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "reputation-filter-on-submission",
    category: "suspicious",
    summary: "a filter that turns users away before they can log in",
    lifetime: { since: "6.6" },
    messages: { users: "the {names} {turn} away users at home and on the road before they can log in" },
  },
  model(model, { policy, report }) {
    for (const listener of model.listeners) {
      if (!isSubmission(listener)) continue;
      const option = optionOf(listener, "filter");
      const filters = policy.filtersOf(listener).filter(judgesAddresses);
      const names = filters.flatMap(({ name }) => (name ? [quote(name.value)] : []));
      if (!option || names.length === 0) continue;
      report({
        span: option.span,
        message: "users",
        data: {
          names: `filter${names.length > 1 ? "s" : ""} ${conjunction(names)}`,
          turn: names.length > 1 ? "turn" : "turns",
        },
        related: filters.map(({ span }) => ({
          span,
          message: "refuses clients by the name or reputation of their address",
        })),
        help: "keep it to the listener for other mail servers",
      });
    }
  },
});

function isSubmission(listener: Listen): boolean {
  if (listener.broken || originOf(listener).socket) return false;
  const [port] = portsOf(listener);
  return (
    optionOf(listener, "auth") !== undefined ||
    ((port === 465 || port === 587) && optionOf(listener, "auth-optional") !== undefined)
  );
}

/** Home connections have no name of their own and a bad reputation. */
function judgesAddresses(filter: Filter): boolean {
  const { condition, command, phase } = originOf(filter);
  if (command)
    return /(?:senderscore|dnsblscore)\b.*\s-blockBelow\b/.test(command.value) && !/-blockPhase/.test(command.value);
  if (!condition || !refuses(filter) || phase?.word !== "connect") return false;
  const { keyword, negation, table, regex } = condition;
  if (keyword.word === "fcrdns") return negation !== undefined;
  return keyword.word === "rdns" && (table ? regex !== undefined && !negation : negation !== undefined);
}
