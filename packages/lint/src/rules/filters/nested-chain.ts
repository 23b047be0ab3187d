import { isReserved, originOf, type Text } from "@smtpdlint/grammar";
import { quote, writeText } from "@smtpdlint/model";
import { chainsOf } from "@smtpdlint/policy";
import { rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

/** A longer chain is not written out: chains in chains in chains would fill the disk. */
const mostFilters = 50;

export const rule = defineRule({
  meta: {
    id: "nested-chain",
    category: "refused",
    summary: "a filter chain within a filter chain",
    fixable: true,
    messages: { nested: "{name} is a chain, and a chain cannot hold another" },
  },
  model(model, { report }) {
    for (const held of chainsOf(model)) {
      for (const [index, { value }] of held.asRead.filters.entries()) {
        const definition = model.symbols.filterBefore(value, held.statement);
        if (!definition || originOf(definition).form?.word !== "chain") continue;
        const name = held.chain.filters[index] as Text;
        const inner = definition.chain?.filters ?? [];
        const names = inner.map(({ value, faulty }) =>
          faulty ? undefined : writeText(value, isReserved(value, model.target)),
        );
        const isKnown = inner.length > 0 && inner.length <= mostFilters && !names.includes(undefined);
        report({
          span: name.span,
          message: "nested",
          data: { name: quote(name.value) },
          help: "list the filters of that chain here",
          related: definition.name ? [{ span: definition.name.span, message: "the chain is defined here" }] : [],
          fixes: isKnown ? rewrite(model, name.span, names.join(", "), true) : [],
        });
      }
    }
  },
});
