import { isReserved, type Token, type UnexpectedToken } from "@smtpdlint/grammar";
import { type NameKind, quote, writeText } from "@smtpdlint/model";
import { rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "reserved-word",
    category: "refused",
    summary: "a keyword as a name or value without quotes",
    fixable: true,
    messages: { reserved: "{word} is a reserved word and must be quoted here" },
  },
  problems(_, { causedBy, model, report }) {
    for (const { problem, cause } of causedBy("reserved-word")) {
      const { span } = problem;
      const word = cause.token.image;
      const data = { word: quote(word) };
      const kind = kindOfName(problem, cause.token);
      // In quotes a name that nobody defines would be refused as well.
      const isKnown = !kind || model.sources.isIncompleteAtSpan(span) || model.symbols.namesOf(kind).includes(word);
      if (isKnown) {
        const fixes = rewrite(model, span, `"${word}"`, true);
        report({ span, message: "reserved", data, help: `write "${word}"`, fixes });
        continue;
      }
      const suggestion = model.symbols.nearestName(kind, word);
      const text = suggestion && writeText(suggestion, isReserved(suggestion, model.target));
      const help = suggestion
        ? `no ${kind} has this name: did you mean ${quote(suggestion)}?`
        : `write "${word}", and define the ${kind} above`;
      report({ span, message: "reserved", data, help, fixes: text ? rewrite(model, span, text, false) : [] });
    }
  },
});

/** The words behind which a statement refers to what another one defines. */
const references: Readonly<Record<string, Readonly<Record<string, NameKind>>>> = {
  match: { action: "action" },
  listen: { filter: "filter", pki: "pki", ca: "ca" },
  action: { filter: "filter", pki: "pki", ca: "ca", wrapper: "wrapper" },
  filter: { proc: "proc" },
};

/** What the token would name; undefined if it names nothing that is defined elsewhere. */
function kindOfName({ tokens }: UnexpectedToken, token: Token): NameKind | undefined {
  const first = tokens[0]?.image ?? "";
  const before = tokens[tokens.indexOf(token) - 1];
  if (before?.tokenType.name === "Less") return "table";
  return before && Object.hasOwn(references, first) ? references[first]?.[before.image] : undefined;
}
