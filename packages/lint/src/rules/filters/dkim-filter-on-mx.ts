import { optionOf, quote } from "@smtpdlint/model";
import { isForServers, isSigner } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "dkim-filter-on-mx",
    category: "security",
    summary: "a filter that signs the mail of other servers",
    lifetime: { since: "6.6" },
    messages: { signed: "the filter {name} signs what other mail servers deliver here with your key" },
  },
  model(model, { policy, report }) {
    for (const { listener, auth } of policy.entryPoints.filter(isForServers)) {
      const option = listener && optionOf(listener, "filter");
      if (!option || listener.broken || auth !== "none") continue;
      const signer = policy.filtersOf(listener).find((filter) => isSigner(filter, model.symbols));
      if (!signer?.name) continue;
      report({
        span: option.span,
        message: "signed",
        data: { name: quote(signer.name.value) },
        related: [{ span: signer.span, message: "the filter" }],
        help: "put it on the listeners where your users log in, and on the socket",
      });
    }
  },
});
