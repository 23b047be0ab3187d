import { byteLength } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

/** struct envelope has room for so many bytes. */
const limit = 64;

export const rule = defineRule({
  meta: {
    id: "action-name-too-long",
    category: "broken",
    summary: "a name of an action that is cut off in the queue: smtpd dies",
    messages: { long: "the name {name} is longer than {limit} bytes: smtpd dies when it uses this action" },
  },
  visit: {
    action({ name }, { report }) {
      if (!name || name.faulty || byteLength(name.value) <= limit) return;
      report({
        span: name.span,
        message: "long",
        data: { name: quote(name.value), limit },
        help: "choose a shorter name",
      });
    },
  },
});
