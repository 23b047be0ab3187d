import type { TableExpression } from "@smtpdlint/grammar";
import { optionOf, quote } from "@smtpdlint/model";
import { deliveryOf, outsideMessage, refusesRoot } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";
import { messageWords, traceCommand } from "../shared/command.ts";

export const rule = defineRule({
  meta: {
    id: "root-without-alias",
    category: "suspicious",
    severity: "info",
    summary: "mail for root that no alias redirects, and that smtpd does not deliver as root",
    messages: {
      none: "mail for root bounces: smtpd delivers to root with mbox only, and there are no aliases",
      missing: "mail for root bounces: smtpd delivers to root with mbox only, and {table} has no entry 'root'",
    },
  },
  model(model, { policy, commandOptions, report }) {
    const point = policy.entryPoints.find(({ reach }) => reach === "socket");
    if (!point) return;
    const toRoot = { ...outsideMessage, src: "local", user: "", tag: point.tag, rcptTo: "root@localhost" };
    const see = traceCommand(policy, toRoot, point, commandOptions);
    const witness = messageWords(policy, toRoot, point);
    const seen = new Set<unknown>();
    for (const { match, destination } of policy.ruleset) {
      if (match.broken || destination.negated || destination.table.identity !== "<localnames>") continue;
      const action = model.symbols.actionOf(match);
      if (!action || action.broken) continue;
      if (seen.has(action) || !refusesRoot(action)) continue;
      seen.add(action);
      const { method, alias, virtual, userbase, user } = deliveryOf(action, model);
      const isRunAsRoot = method === "local" && !virtual && userbase === "system" && user === undefined;
      if (!isRunAsRoot || (alias && alias.find("root") !== "missing")) continue;
      const table = optionOf(action, "alias")?.value as TableExpression | undefined;
      report({
        span: table?.span ?? action.method?.span ?? action.span,
        message: table ? "missing" : "none",
        data: { table: table?.kind === "table-reference" ? quote(`<${table.name?.value ?? ""}>`) : "the table" },
        help: `add an alias from root to a person, or a /root/.forward; see ${see}`,
        witness,
      });
    }
  },
});
