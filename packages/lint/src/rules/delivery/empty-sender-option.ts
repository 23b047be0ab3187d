import type { Text } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { type Context, defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "empty-sender-option",
    category: "suspicious",
    summary: "a command whose option -f has no value for bounces",
    fixable: true,
    messages: {
      empty: "for a bounce {specifier} is empty, and '-f' uses the next word as the sender",
      last: "for a bounce {specifier} is empty, and '-f' has no value",
    },
  },
  visit: {
    action({ method, argument }, context) {
      if (method?.word === "mda" && argument) check(argument, context);
    },
    mda({ command }, context) {
      if (command) check(command, context);
    },
  },
});

function check(text: Text, { model, report }: Context): void {
  const found = / -f +(%\{sender\})(?: |$)/.exec(text.value);
  if (text.faulty || !found) return;
  const start = found.index + found[0].indexOf("%");
  const span = model.sources.spanWithin(text, start, start + "%{sender}".length);
  const exact = span.end - span.start === "%{sender}".length && !text.macro;
  const fix = { title: "change to '%{mbox.from}'", safe: false, edits: [{ span, text: "%{mbox.from}" }] };
  report({
    span,
    message: found[0].endsWith(" ") ? "empty" : "last",
    data: { specifier: quote("%{sender}") },
    help: "write %{mbox.from}, which is MAILER-DAEMON for a bounce",
    fixes: exact ? [fix] : [],
  });
}
