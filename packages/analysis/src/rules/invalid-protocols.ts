import type { Option, Text } from "@smtpdlint/grammar";
import { defineRule } from "../rule.ts";
import { alternatives, quote } from "../text/format.ts";

const protocols = ["tlsv1.3", "tlsv1.2", "tlsv1.1", "tlsv1.0", "tlsv1", "default", "secure", "all", "legacy"];

export const rule = defineRule({
  meta: {
    id: "invalid-protocols",
    category: "broken",
    summary: "protocols or ciphers that the library of TLS does not take: smtpd does not start",
    messages: {
      protocol: "{word} is no protocol of TLS: smtpd does not start",
      empty: "an empty list of {what} cannot be: smtpd does not start",
    },
  },
  visit: {
    option({ keyword, value }: Option, { report }) {
      if (value?.kind !== "text" || value.faulty) return;
      const what = keyword.word;
      if (what !== "protocols" && what !== "ciphers") return;
      if (value.value.trim() === "") report({ span: value.span, message: "empty", data: { what } });
      else if (what === "protocols") {
        for (const word of unknownProtocols(value)) {
          report({
            span: value.span,
            message: "protocol",
            data: { word: quote(word) },
            help: `known are ${alternatives(protocols)}`,
          });
        }
      }
    },
    smtp({ setting, value }, { report }) {
      if (setting?.word !== "ciphers" || value?.kind !== "text" || value.faulty || value.value.trim() !== "") return;
      report({ span: value.span, message: "empty", data: { what: "ciphers" } });
    },
  },
});

/** tls_config_parse_protocols(3): words, each perhaps with a `!`, with commas or colons between them. */
function unknownProtocols({ value }: Text): string[] {
  const words = value.split(/[,:]/).map((word) => word.replace(/^[ \t]*!?[ \t]*|[ \t]+$/g, ""));
  return words.filter((word) => !protocols.includes(word.toLowerCase()));
}
