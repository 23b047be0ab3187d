import { optionOf, outcomeOf } from "@smtpdlint/model";
import { isForServers, matches, outsideMessage, type Policy } from "@smtpdlint/policy";
import { rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "auth-required-on-mx",
    category: "suspicious",
    fixable: true,
    summary: "a port 25 at which other mail servers would have to log in",
    messages: {
      required: "other mail servers cannot log in, and with 'auth' this listener on port 25 refuses their mail",
    },
  },
  model(model, { policy, report }) {
    const points = policy.entryPoints.filter(isForServers);
    // Another listener may be there for them.
    if (points.length === 0 || points.some(({ auth }) => auth !== "required") || !takesMailFromOthers(policy)) return;
    for (const { listener } of points) {
      const auth = listener && optionOf(listener, "auth");
      if (!auth || listener.broken) continue;
      const help = "write auth-optional, or let users log in at port submission";
      const { span } = auth.keyword;
      report({ span, message: "required", help, fixes: rewrite(model, span, "auth-optional", false) });
    }
  },
});

/** True if a rule is there for mail of other servers, to a domain that it names. */
function takesMailFromOthers(policy: Policy): boolean {
  return policy.outsideRuleset.some((rule) => {
    const { match, destination, auth, tag } = rule;
    const domain = destination.table.keys?.find((key) => !key.includes("*"));
    if (outcomeOf(match) !== "action" || auth || tag || destination.negated || destination.regex || !domain)
      return false;
    return matches(rule, { ...outsideMessage, rcptTo: `someone@${domain}` }) === true;
  });
}
