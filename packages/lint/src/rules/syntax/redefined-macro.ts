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
  model(model, { report }) {
    let used: ReadonlySet<string> | undefined;
    for (const same of model.symbols.byName("macro").values()) {
      if (same.length === 1) continue;
      used ??= new Set(model.config.macroUses.flatMap(({ definition }) => (definition ? [keyOf(definition)] : [])));
      let earlier: MacroDefinition | undefined;
      for (const definition of same) {
        const statement = definition.statement as MacroDefinition;
        const { name, value } = statement;
        if (statement.broken || !value) continue;
        const lost = earlier;
        earlier = statement;
        if (!lost?.value || !used.has(keyOf(value.span)) || used.has(keyOf(lost.value.span))) continue;
        // Defaults in one file and exceptions in another are meant.
        if (lost.span.file !== statement.span.file || lost.value.value === value.value) continue;
        report({
          span: name.span,
          message: "redefined",
          data: { name: quote(name.value) },
          help: "remove one of the two, or give them different names",
          related: [{ span: lost.span, message: "the value that is lost" }],
        });
      }
    }
  },
});

const keyOf = ({ file, start }: Span) => `${file}:${start}`;
