import { defineRule } from "../../rule.ts";
import { findOverflow } from "../../syntax-errors/parser-stack.ts";

export const rule = defineRule({
  meta: {
    id: "list-too-long",
    category: "refused",
    summary: "a list in the configuration that overflows the parser's stack",
    messages: { overflow: "smtpd's parser runs out of memory here: only {fitting} entries of this list fit" },
  },
  model({ config, target }, { report }) {
    for (const statement of config.statements) {
      const found = findOverflow(statement, target);
      if (!found) continue;
      const { span, fitting } = found;
      const help = "keep a long list in a file: table NAME file:/PATH";
      report({ span, message: "overflow", data: { fitting }, help: statement.kind === "table" ? help : undefined });
    }
  },
});
