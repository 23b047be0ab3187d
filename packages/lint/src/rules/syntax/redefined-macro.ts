import type { MacroDefinition, Span } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "redefined-macro",
    category: "suspicious",
    summary: "a macro that gets another value before anything has used the first",
    messages: { redefined: "macro {name} gets another value: nothing has used the one before" },
  },
  model({ config }, { report }) {
    const used = new Set(config.macroUses.flatMap(({ definition }) => (definition ? [keyOf(definition)] : [])));
    const definitions = new Map<string, MacroDefinition>();
    for (const statement of config.statements) {
      if (statement.kind !== "macro" || statement.broken || !statement.value) continue;
      const { name, value } = statement;
      const earlier = definitions.get(name.value);
      definitions.set(name.value, statement);
      if (!earlier?.value || !used.has(keyOf(value.span)) || used.has(keyOf(earlier.value.span))) continue;
      // Defaults in one file and exceptions in another are meant.
      if (earlier.span.file !== statement.span.file || earlier.value.value === value.value) continue;
      report({
        span: name.span,
        message: "redefined",
        data: { name: quote(name.value) },
        help: "remove one of the two, or give them different names",
        related: [{ span: earlier.span, message: "the value that is lost" }],
      });
    }
  },
});

const keyOf = ({ file, start }: Span) => `${file}:${start}`;
