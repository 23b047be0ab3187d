import { type Definition, type NameKind, quote } from "@smtpdlint/model";
import { defineRule, type Rule } from "../../rule.ts";

/**
 * A rule that reports the second definition of a name. A definition in a
 * statement that smtpd could not read does not count.
 */
export function duplicateNameRule(options: {
  readonly id: string;
  readonly kind: NameKind;
  readonly noun: string;
  /** False for a definition that silently replaces an earlier one. */
  readonly refuses?: (definition: Definition) => boolean;
}): Rule {
  const { id, kind, noun, refuses = () => true } = options;
  return defineRule({
    meta: {
      id,
      category: "refused",
      summary: `two definitions of the same ${noun}`,
      messages: { duplicate: `${noun} {name} is already defined` },
    },
    model(model, { report }) {
      const first = new Map<string, Definition>();
      const areAlternatives = (one: Definition, other: Definition) =>
        model.sources.areAlternatives(one.node.span, other.node.span);
      for (const definition of model.symbols.definitionsOfKind(kind)) {
        if (definition.statement.broken) continue;
        const earlier = first.get(definition.name);
        if (!earlier) first.set(definition.name, definition);
        else if (refuses(definition) && !areAlternatives(earlier, definition)) {
          report({
            span: definition.node.span,
            message: "duplicate",
            data: { name: quote(definition.name) },
            related: [{ span: earlier.node.span, message: "the first definition" }],
            help: "give it another name, or remove one of the two",
          });
        }
      }
    },
  });
}
