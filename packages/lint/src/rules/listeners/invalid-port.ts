import { isKnownService, mailServices, nearest, quote } from "@smtpdlint/model";
import { rewrite } from "../../edits.ts";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "invalid-port",
    category: "refused",
    summary: "a port that is neither a number from 1 to 65535 nor a service",
    fixable: true,
    messages: {
      range: "the port {port} is not between 1 and 65535",
      service: "unknown service {port}",
      quoted: "in quotes {port} is the name of a service, and there is none",
    },
  },
  visit: {
    listen({ options }, context) {
      // The machine's own list, if it may be looked at.
      const isService = (name: string) => context.machine?.isService(name) ?? isKnownService(name);
      for (const { keyword, value } of options) {
        if (keyword.word !== "port" || !value) continue;
        const { span } = value;
        if (value.kind === "number") {
          if (value.value < 1 || value.value > 65535)
            context.report({ span, message: "range", data: { port: value.text } });
        } else if (value.kind === "text" && !value.faulty && !isService(value.value)) {
          const port = value.value;
          if (/^\d+$/.test(port)) {
            const fixes = rewrite(context.model, span, port, true);
            context.report({ span, message: "quoted", data: { port: quote(port) }, fixes, help: `write port ${port}` });
          } else {
            const suggestion = nearest(port, mailServices);
            const help = suggestion ? `did you mean ${suggestion}?` : "smtpd looks the name up in /etc/services";
            const fixes = suggestion ? rewrite(context.model, span, suggestion, false) : [];
            context.report({ span, message: "service", data: { port: quote(port) }, help, fixes });
          }
        } else if (value.kind === "keyword" && !isService(value.word)) {
          context.report({
            span,
            message: "service",
            data: { port: quote(value.word) },
            help: "add it to /etc/services",
          });
        }
      }
    },
  },
});
