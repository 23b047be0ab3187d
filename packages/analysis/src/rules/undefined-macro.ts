import { defineRule } from "../rule.ts";
import { shellPlaceholder } from "../syntax/placeholder.ts";
import { problemsOf } from "../syntax/problems.ts";
import { quote } from "../text/format.ts";

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
      if (model.isIncompleteAtSpan(span)) continue;
      if (name === "") {
        if (!model.textAfter(span, shellPlaceholder)) report({ span, message: "nameless" });
        continue;
      }
      const data = { name: quote(name) };
      if (definedLater) {
        const related = [{ span: definedLater, message: `${data.name} is defined here` }];
        report({ span, message: "later", data, related, help: "move the definition above its first use" });
        continue;
      }
      const found = model.nearestName("macro", name);
      // The name of a definition may hold anything, but not where it is used.
      const suggestion = found && /^\w+$/.test(found) ? found : undefined;
      const fixes = suggestion
        ? [{ title: `write $${suggestion}`, safe: false, edits: [{ span, text: `$${suggestion}` }] }]
        : [];
      const help = suggestion ? `did you mean $${suggestion}?` : `define it above: ${name} = "VALUE"`;
      report({ span, message: "undefined", data, help, fixes });
    }
  },
});
