import type { Text } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { chainsOf } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "repeated-filter",
    category: "refused",
    summary: "a filter, or until 6.6 a process, twice in a chain",
    fixable: true,
    messages: {
      filter: "filter {name} is in the chain twice",
      proc: "process {name} serves two filters of the chain",
    },
  },
  model(model, { report }) {
    // The check for processes died with 6.7: it asks for a value that is never set.
    const checksProcs = !model.isAtLeast("6.7");
    for (const held of chainsOf(model)) {
      const { statement, asRead } = held;
      // Most chains name each filter once.
      const isPlain = new Set(asRead.filters.map(({ value }) => value)).size === asRead.filters.length;
      if (isPlain && !checksProcs) continue;
      const { chain } = held;
      const filters = new Map<string, Text>();
      const procs = new Map<string, Text>();
      for (const [index, name] of chain.filters.entries()) {
        const twin = filters.get(name.value);
        const definition = model.symbols.filterBefore(name.value, statement);
        const proc = definition?.form?.word === "proc-exec" ? definition.name?.value : definition?.proc?.value;
        const earlier = twin ?? (checksProcs && proc !== undefined ? procs.get(proc) : undefined);
        if (earlier) {
          const before = chain.filters[index - 1] ?? name;
          const removable = twin && name.span.start > before.span.end && !model.sources.macroAt(name.span);
          const edit = { span: { ...name.span, start: before.span.end }, text: "" };
          report({
            span: name.span,
            message: twin ? "filter" : "proc",
            data: { name: quote(twin ? name.value : (proc ?? "")) },
            related: [{ span: earlier.span, message: "the first time" }],
            fixes: removable ? [{ title: `remove the second ${name.value}`, safe: false, edits: [edit] }] : [],
          });
        }
        filters.set(name.value, twin ?? name);
        if (proc !== undefined) procs.set(proc, name);
      }
    }
  },
});
