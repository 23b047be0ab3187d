import { isReserved, type Statement } from "@smtpdlint/grammar";
import { type Model, type NameKind, nameUsers, quote, type Reference, writeText } from "@smtpdlint/model";
import { rewrite } from "../../edits.ts";
import { type Context, defineRule, type Rule } from "../../rule.ts";

/** A rule that reports references to names of one kind that are not defined above. */
export function undefinedNameRule(options: {
  readonly id: string;
  readonly kind: Exclude<NameKind, "macro">;
  readonly noun: string;
  /** How to define one, with NAME for the name. */
  readonly definition: string | ((reference: Reference, model: Model) => string);
  readonly applies?: (reference: Reference, context: Context) => boolean;
}): Rule {
  const { id, kind, noun, definition, applies } = options;
  const visit = (user: Statement, context: Context) => {
    const { model } = context;
    for (const reference of model.symbols.referencesIn(user, kind)) {
      if (applies && !applies(reference, context)) continue;
      const resolution = model.symbols.resolve(reference);
      if (resolution.outcome === "found" || resolution.outcome === "unknown") continue;
      const { name, span, statement, faulty } = reference;
      const data = { name: quote(name), known: "" };
      if (resolution.outcome === "missing") {
        const nearest = model.symbols.nearestName(kind, name) ?? "";
        const found = model.symbols.resolve({ kind, name: nearest, span, statement, faulty });
        // The name that the statement itself defines is none that it can use.
        const isOwn = "definition" in found && found.definition?.statement === reference.statement;
        const suggestion = isOwn ? undefined : nearest;
        const text = suggestion && writeText(suggestion, isReserved(suggestion, model.target));
        const fixes = text && found.outcome === "found" ? rewrite(model, span, text, false) : [];
        const example = typeof definition === "string" ? definition : definition(reference, model);
        const written = writeText(name, isReserved(name, model.target)) ?? "NAME";
        const help = suggestion
          ? `did you mean ${quote(suggestion)}?`
          : `define it above: ${example.replaceAll("NAME", () => written)}`;
        context.report({ span, message: "undefined", data, help, fixes });
        continue;
      }
      const { node } = resolution.definition;
      const related = [{ span: node.span, message: `${quote(resolution.definition.name)} is defined here` }];
      if (resolution.definition.statement === reference.statement) {
        context.report({ span, message: "self", data });
      } else if (resolution.outcome === "later") {
        const help = "smtpd reads from top to bottom: move the definition above its first use";
        context.report({ span, message: "later", data, related, help });
      } else {
        const known = resolution.definition.name;
        const text = writeText(known, isReserved(known, model.target));
        const fixes = text === undefined ? [] : rewrite(model, span, text, true);
        context.report({
          span,
          message: "otherCase",
          data: { name: data.name, known: quote(known) },
          related,
          fixes,
        });
      }
    }
  };
  return defineRule({
    meta: {
      id,
      category: "refused",
      summary: `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun} that is not defined above its use`,
      fixable: true,
      messages: {
        undefined: `${noun} {name} is not defined`,
        later: `${noun} {name} is defined only further down`,
        self: `${noun} {name} cannot refer to itself`,
        otherCase: `${noun} {name} is known as {known}: names are kept in lower case`,
      },
    },
    visit: Object.fromEntries(nameUsers[kind].map((user) => [user, visit])),
  });
}
