import { matches } from "../model/evaluate.ts";
import { optionOf, portsOf } from "../model/listeners.ts";
import type { Model } from "../model/model.ts";
import { strangersMessage } from "../model/not-this-machine.ts";
import { defineRule } from "../rule.ts";

export const rule = defineRule({
  meta: {
    id: "auth-required-on-mx",
    category: "suspicious",
    summary: "a port 25 at which other mail servers would have to log in",
    messages: {
      required: "other mail servers cannot log in, and with 'auth' this listener on port 25 refuses their mail",
    },
  },
  model(model, { report }) {
    const points = model.entryPoints.filter(
      ({ listener, reach }) => reach === "outside" && listener && portsOf(listener).includes(25),
    );
    // Another listener may be there for them.
    if (points.length === 0 || points.some(({ auth }) => auth !== "required") || !takesMailFromOthers(model)) return;
    for (const { listener } of points) {
      const auth = listener && optionOf(listener, "auth");
      if (!auth || listener.broken) continue;
      const help = "write auth-optional, or let users log in at port submission";
      report({ span: auth.keyword.span, message: "required", help });
    }
  },
});

/** True if a rule is there for mail of other servers, to a domain that it names. */
function takesMailFromOthers(model: Model): boolean {
  return model.conditionsForStrangers.some((rule) => {
    const { match, destination, auth, tag } = rule;
    const domain = destination.table.keys?.find((key) => !key.includes("*"));
    if (match.outcome?.word !== "action" || auth || tag || destination.negated || destination.regex || !domain)
      return false;
    return matches(rule, { ...strangersMessage, rcptTo: `someone@${domain}` }) === true;
  });
}
