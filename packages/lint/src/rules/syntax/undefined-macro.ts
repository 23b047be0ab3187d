import { problemsOf } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "undefined-macro",
    category: "refused",
    summary: "a macro that is not defined above its use",
    fixable: true,
    messages: {
      undefined: "macro {name} is not defined",
      later: "macro {name} is defined only further down",
      nameless: "'$' must be followed by the name of a macro",
    },
  },
  problems(problems, { model, report }) {
    for (const { span, name, definedLater } of problemsOf(problems, "undefined-macro")) {
      if (model.sources.isIncompleteAtSpan(span)) continue;
      if (name === "") {
        report({ span, message: "nameless" });
        continue;
      }
      const data = { name: quote(name) };
      if (definedLater) {
        const related = [{ span: definedLater, message: `${data.name} is defined here` }];
        report({ span, message: "later", data, related, help: "move the definition above its first use" });
        continue;
      }
      const nearest = model.symbols.nearestName("macro", name);
      // Of what can be defined not all can be written after a `$`.
      const suggestion = nearest && /^\w+$/.test(nearest) ? nearest : undefined;
      const fixes = suggestion
        ? [{ title: `change to '$${suggestion}'`, safe: false, edits: [{ span, text: `$${suggestion}` }] }]
        : [];
      const help = suggestion ? `did you mean $${suggestion}?` : `define it above: ${name} = "VALUE"`;
      report({ span, message: "undefined", data, help, fixes });
    }
  },
});
