import { isReserved, type Lifetime } from "@smtpdlint/grammar";
import { canonicalName, type Definition, type Model, type NameKind, quote, writeText } from "@smtpdlint/model";
import { defineRule, type Rule } from "../../rule.ts";

/** A rule that reports definitions in the main file which nothing refers to. */
export function unusedNameRule(options: {
  readonly id: string;
  readonly kind: NameKind;
  readonly noun: string;
  /** How to use one, with NAME for the name. */
  readonly use: string;
  readonly lifetime?: Lifetime;
  /** False for a definition that has a use of its own. */
  readonly applies?: (definition: Definition, model: Model) => boolean;
  /** Names that are meant where they are not referred to. */
  readonly meant?: (model: Model) => Iterable<string>;
  /** In place of the usual help, for names that tell what was meant. */
  readonly help?: (name: string) => string | undefined;
}): Rule {
  const { id, kind, noun, use, lifetime, applies = () => true, meant = () => [] } = options;
  return defineRule({
    meta: {
      id,
      category: "unused",
      summary: `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun} that nothing uses`,
      ...(lifetime && { lifetime }),
      messages: { unused: `${noun} {name} is never used` },
    },
    model(model, { report }) {
      const references = model.symbols.referencesTo(kind);
      // A name that is not found may be meant for one that nothing uses.
      if (!isWhole(model) || references.some((reference) => model.symbols.resolve(reference).outcome !== "found"))
        return;
      const seen = new Set([...references.map(({ name }) => canonicalName(kind, name)), ...meant(model)]);
      for (const definition of model.symbols.definitionsOfKind(kind)) {
        const { name, node } = definition;
        // What an included file defines may be for other configurations.
        if (seen.has(name) || node.span.file !== 0 || !applies(definition, model)) continue;
        seen.add(name);
        const written = writeText(name, isReserved(name, model.target)) ?? "NAME";
        const example = use.replaceAll("NAME", () => written);
        const help = options.help?.(name) ?? `reference it (${example}) or remove it`;
        report({ span: node.span, message: "unused", data: { name: quote(name) }, help });
      }
    },
  });
}

/** False if a use may stand in text that was not read, or in another file that includes this one. */
const isWhole = (model: Model): boolean => model.hasRules && !model.sources.isIncompleteAt(undefined) && model.isWhole;
