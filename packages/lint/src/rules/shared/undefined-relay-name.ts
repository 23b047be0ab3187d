import { quote } from "@smtpdlint/model";
import { didYouMean } from "../../edits.ts";
import { defineRule, type Rule } from "../../rule.ts";

/**
 * A rule that reports a pki or ca of a relay that is not defined anywhere. smtpd
 * looks it up when it starts, in lower case (mta.c, mta_setup_dispatcher).
 */
export function undefinedRelayNameRule(kind: "pki" | "ca"): Rule {
  return defineRule({
    meta: {
      id: `undefined-relay-${kind}`,
      category: "broken",
      summary: `a ${kind} of a relay that is not defined`,
      // Before, a ca was read only where a certificate was to be verified.
      ...(kind === "ca" && { lifetime: { since: "7.0" } }),
      fixable: true,
      messages: {
        undefined: `${kind} {name} is not defined: {effect}`,
        otherCase: `${kind} {name} is known in lower case only: {effect}`,
      },
    },
    model(model, { report }) {
      for (const { name, span, statement, faulty } of model.symbols.referencesTo(kind)) {
        if (statement?.kind !== "action" || faulty || model.sources.isIncompleteAt(undefined)) continue;
        const definition = model.symbols.definitionsOf(kind, name)[0];
        if (definition?.name === name) continue;
        const effect = model.isAtLeast("7.0") ? "smtpd does not start" : "no mail for this relay gets out";
        const data = { name: quote(name), effect };
        if (definition) {
          const { fixes } = didYouMean(model, span, { wrong: name, meant: definition.name });
          report({ span, message: "otherCase", data, help: `write ${definition.name}`, fixes });
          continue;
        }
        const suggestion = model.symbols.nearestName(kind, name);
        const advice = suggestion
          ? didYouMean(model, span, { wrong: name, meant: suggestion })
          : { help: `define it: ${kind} ${name} cert FILE` };
        report({ span, message: "undefined", data, ...advice });
      }
    },
  });
}
