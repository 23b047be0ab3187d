import type { Option, Text } from "@smtpdlint/grammar";
import { alternatives, quote, tlsProtocols } from "@smtpdlint/model";
import { hasTls } from "@smtpdlint/policy";
import { type Context, defineRule } from "../../rule.ts";

const protocols = Object.keys(tlsProtocols);

export const rule = defineRule({
  meta: {
    id: "invalid-protocols",
    category: "broken",
    summary: "protocols or ciphers that the TLS library does not accept: smtpd does not start",
    messages: {
      protocol: "{word} is not a TLS protocol: smtpd does not start",
      empty: "an empty list of {what} cannot be: smtpd does not start",
    },
  },
  visit: {
    listen(listener, context) {
      // Without TLS smtpd does not look at them.
      if (hasTls(listener)) for (const option of listener.options) check(option, context);
    },
    action({ options }, context) {
      for (const option of options) check(option, context);
    },
    smtp({ setting, value }, { report }) {
      if (setting?.word !== "ciphers" || value?.kind !== "text" || value.faulty || value.value.trim() !== "") return;
      report({ span: value.span, message: "empty", data: { what: "ciphers" } });
    },
  },
});

function check({ keyword, value }: Option, { report }: Context): void {
  const what = keyword.word;
  if (value?.kind !== "text" || value.faulty || (what !== "protocols" && what !== "ciphers")) return;
  if (value.value.trim() === "") report({ span: value.span, message: "empty", data: { what } });
  else if (what === "protocols") {
    for (const word of unknownProtocols(value)) {
      const help = `known are ${alternatives(protocols)}, without spaces after them`;
      report({ span: value.span, message: "protocol", data: { word: quote(word) }, help });
    }
  }
}

/** tls_config_parse_protocols(3): words with commas or colons between them, each perhaps with blanks and a `!` before it. */
function unknownProtocols({ value }: Text): string[] {
  const words = value.split(/[,:]/).map((word) => word.replace(/^[ \t]*!?/, ""));
  return words.filter((word) => !protocols.includes(word.toLowerCase()));
}
