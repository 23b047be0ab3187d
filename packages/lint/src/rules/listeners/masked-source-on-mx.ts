import { optionOf } from "@smtpdlint/model";
import { isForServers } from "@smtpdlint/policy";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "masked-source-on-mx",
    category: "suspicious",
    severity: "info",
    summary: "mask-src on a listener for other mail servers",
    messages: { masked: "'mask-src' hides from you, too, which server has sent the mail" },
  },
  model(_, { policy: { entryPoints }, report }) {
    for (const { listener, auth } of entryPoints.filter(isForServers)) {
      const mask = listener && optionOf(listener, "mask-src");
      if (!mask || listener.broken || auth !== "none") continue;
      const help = "use it where users log in: it is there to hide their addresses";
      report({ span: mask.span, message: "masked", help });
    }
  },
});
