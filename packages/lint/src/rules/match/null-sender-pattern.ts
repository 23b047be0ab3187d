import { quote } from "@smtpdlint/model";
import { rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "null-sender-pattern",
    category: "suspicious",
    summary: "a pattern for the null sender that matches nobody, or everybody",
    fixable: true,
    messages: {
      nobody: "{pattern} is equal to no sender: bounces are not meant by it",
      everybody: "{pattern} matches every sender, not the null sender",
    },
  },
  model(model, { policy, report }) {
    for (const entry of policy.comparedEntries) {
      const { key, service, place } = entry;
      if (service !== "mailaddr" || !place.endsWith("mail-from")) continue;
      const isNobody = key === "<>" || key === "<@>";
      if (!isNobody && key !== "@" && key !== "") continue;
      const { span, table } = entry;
      // A filter sees what stands between the brackets, a rule user@domain.
      const pattern = place.startsWith("filter") ? "^$" : "^@$";
      report({
        span,
        message: isNobody ? "nobody" : "everybody",
        data: { pattern: quote(key) },
        help: `write regex "${pattern}" for the null sender`,
        fixes: table.kind === "single-value" ? rewrite(model, span, `regex "${pattern}"`, false) : [],
      });
    }
  },
});
