import type { Filter } from "@smtpdlint/grammar";
import { endsPhase, filtersOf, isAlwaysTrue, sameCondition } from "../model/filters.ts";
import { defineRule } from "../rule.ts";
import { quote } from "../text/format.ts";

export const rule = defineRule({
  meta: {
    id: "filter-never-asked",
    category: "suspicious",
    summary: "a filter behind one that has already decided in its phase",
    messages: { never: "behind {earlier} the filter {name} is never asked: the phase {phase} ends there" },
  },
  model(model, { report }) {
    const reported = new Set<Filter>();
    for (const listener of model.listeners) {
      const filters = filtersOf(listener, model);
      for (const [index, filter] of filters.entries()) {
        const { phase, name } = filter;
        if (!phase || !name || reported.has(filter)) continue;
        const earlier = filters
          .slice(0, index)
          .find(
            (item) =>
              item !== filter &&
              item.phase?.word === phase.word &&
              item.action &&
              endsPhase(item.action) &&
              (isAlwaysTrue(item, model) || sameCondition(item, filter, model)),
          );
        if (!earlier?.name) continue;
        reported.add(filter);
        report({
          span: name.span,
          message: "never",
          data: { earlier: quote(earlier.name.value), name: quote(name.value), phase: quote(phase.word) },
          related: [
            { span: earlier.span, message: "this filter comes first" },
            { span: listener.span, message: "on this listener" },
          ],
        });
      }
    }
  },
});
