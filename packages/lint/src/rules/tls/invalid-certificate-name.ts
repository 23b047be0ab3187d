import type { Text } from "@smtpdlint/grammar";
import { fitsHostName, HOST_NAME_MAX, isHostName, quote } from "@smtpdlint/model";
import { type Context, defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "invalid-certificate-name",
    category: "refused",
    summary: "a pki or ca whose name is not a host name",
    messages: {
      invalid: "{name} is not a host name, which the name of a pki or ca must be",
      long: "the name {name} is longer than {limit} bytes",
    },
  },
  visit: {
    pki: ({ name }, context) => check(name, context),
    ca: ({ name }, context) => check(name, context),
  },
});

function check(name: Text | undefined, { report }: Context): void {
  if (!name || name.faulty || name.value === "*") return;
  const data = { name: quote(name.value), limit: HOST_NAME_MAX };
  if (!isHostName(name.value)) {
    const help = "use letters, digits, '-', '_' and dots; only '*' alone stands for any name";
    report({ span: name.span, message: "invalid", data, help });
  } else if (!fitsHostName(name.value)) report({ span: name.span, message: "long", data });
}
