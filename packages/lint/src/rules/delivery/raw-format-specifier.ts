import type { Text } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { type Context, defineRule } from "../../rule.ts";

/** What the sender of a message chooses. */
const chosenBySender = /^(?:sender|rcpt|dest|mbox\.from)(?:\.|$)/i;

export const rule = defineRule({
  meta: {
    id: "raw-format-specifier",
    category: "security",
    summary: "a format specifier with ':raw' by which senders run commands",
    fixable: true,
    messages: {
      raw: "{specifier} goes to the shell as the sender wrote it: anybody can run commands as the recipient",
    },
  },
  visit: {
    action({ method, argument, broken }, context) {
      if (argument && !broken && method?.word === "mda") check(argument, context);
    },
    mda({ command, broken }, context) {
      if (command && !broken) check(command, context);
    },
  },
});

function check(text: Text, { model, report }: Context): void {
  if (text.faulty) return;
  for (const { index, 0: specifier, 1: name = "", 2: modifiers = "" } of text.value.matchAll(
    /%\{([^}:[]*)(:[^}]*)\}/g,
  )) {
    const kept = modifiers
      .slice(1)
      .split("|")
      .filter((modifier) => modifier.toLowerCase() !== "raw");
    if (!chosenBySender.test(name) || kept.length === modifiers.split("|").length) continue;
    const span = model.sources.spanWithin(text, index, index + specifier.length);
    const isExact = span.end - span.start === specifier.length && !text.macro;
    const fixed = `%{${name}${kept.length > 0 ? `:${kept.join("|")}` : ""}}`;
    report({
      span,
      message: "raw",
      data: { specifier: quote(specifier) },
      help: `write ${fixed}: smtpd then replaces what the shell would obey`,
      fixes: isExact ? [{ title: `change to '${fixed}'`, safe: false, edits: [{ span, text: fixed }] }] : [],
    });
  }
}
