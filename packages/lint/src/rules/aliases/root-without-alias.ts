import type { TableExpression } from "@smtpdlint/grammar";
import { keysOf, optionOf, quote } from "@smtpdlint/model";
import { deliveryOf } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "root-without-alias",
    category: "suspicious",
    severity: "info",
    summary: "mail for root that no alias takes elsewhere, and that smtpd does not deliver as root",
    messages: {
      none: "mail for root bounces: smtpd runs nothing but mbox as root, and there are no aliases",
      missing: "mail for root bounces: smtpd runs nothing but mbox as root, and {table} has no 'root'",
    },
  },
  model(model, { policy, report }) {
    const seen = new Set<unknown>();
    for (const { match, destination } of policy.ruleset) {
      const action = match.broken ? undefined : model.symbols.actionOf(match);
      if (!action || action.broken || destination.negated || destination.table.identity !== "<localnames>") continue;
      if (seen.has(action) || !/^(?:maildir|lmtp|mda)$/.test(action.method?.word ?? "")) continue;
      seen.add(action);
      if (deliveryOf(action, model).user !== undefined || optionOf(action, "userbase", "virtual")) continue;
      const table = optionOf(action, "alias")?.value as TableExpression | undefined;
      const keys = table && keysOf(model.tables.of(table));
      if (table && (!keys || keys.includes("root"))) continue;
      const name = table?.kind === "table-reference" ? `<${table.name?.value ?? ""}>` : "the table";
      report({
        span: table?.span ?? action.method?.span ?? action.span,
        message: table ? "missing" : "none",
        data: { table: name.startsWith("<") ? quote(name) : name },
        help: "let an alias lead root to a person; a /root/.forward would do too",
      });
    }
  },
});
