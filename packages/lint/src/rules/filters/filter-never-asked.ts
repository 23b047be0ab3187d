import { type Filter, originOf } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { conditionKey, endsPhase, isAlwaysTrue } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "filter-never-asked",
    category: "suspicious",
    summary: "a filter after one that has already decided in its phase",
    messages: { never: "filter {name} is never asked: {earlier} ends the phase {phase}" },
  },
  model(model, { policy, report }) {
    const reported = new Set<Filter>();
    const seen = new Set<readonly Filter[]>();
    for (const listener of model.listeners) {
      const filters = policy.filtersOf(listener);
      if (seen.has(filters)) continue;
      seen.add(filters);
      // Where the first filter stands that ends a phase, always or on a condition.
      const enders = new Map<string, number>();
      for (const [index, filter] of filters.entries()) {
        const { phase, action } = originOf(filter);
        if (!phase) continue;
        const always = `${phase.word} always`;
        const onCondition = `${phase.word} ${conditionKey(filter, model.tables) ?? index}`;
        const earlier = filters[Math.min(enders.get(always) ?? index, enders.get(onCondition) ?? index)];
        if (action && endsPhase(action)) {
          for (const key of isAlwaysTrue(filter, model.tables) ? [always, onCondition] : [onCondition]) {
            if (!enders.has(key)) enders.set(key, index);
          }
        }
        if (earlier === filter || reported.has(filter)) continue;
        const { name } = filter;
        if (!name || !earlier?.name) continue;
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
