import { originOf } from "@smtpdlint/grammar";
import { pkisByName, quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "incomplete-pki",
    category: "refused",
    summary: "a pki without its certificate or without its key",
    messages: { incomplete: "pki {name} has no {part}" },
  },
  model(model, { report }) {
    for (const [name, statements] of pkisByName(model)) {
      if (statements.some(({ broken }) => broken) || model.sources.isIncompleteAt(undefined)) continue;
      const given = statements.flatMap((pki) => originOf(pki).options.map(({ keyword }) => keyword.word));
      const first = statements[0];
      for (const part of ["cert", "key"]) {
        if (given.includes(part) || !first?.name) continue;
        const data = { name: quote(name), part: part === "cert" ? "certificate" : "key" };
        report({ span: first.name.span, message: "incomplete", data, help: `add pki ${name} ${part} "/PATH"` });
      }
    }
  },
});
