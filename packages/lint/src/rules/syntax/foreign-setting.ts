import { quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";
import { insteadOf } from "../../syntax-errors/postfix.ts";

export const rule = defineRule({
  meta: {
    id: "foreign-setting",
    category: "refused",
    summary: "a file or a line of another mail program's configuration",
    messages: {
      sasl: "this is a configuration file of Cyrus SASL, which has the same name: smtpd refuses it",
      postfix: "this is a configuration file of Postfix, a main.cf: smtpd refuses it",
      setting: "{name} is a setting of Postfix: smtpd refuses it",
    },
  },
  problems(_, { foreign, report }) {
    for (const { program, name, span, isWhole } of foreign) {
      if (isWhole) report({ span, message: program, help: advice[program] });
      else {
        const help = insteadOf(name) ?? "remove it: smtpd.conf has no such setting";
        report({ span, message: "setting", data: { name: quote(name) }, help });
      }
    }
  },
});

const advice = {
  sasl: 'leave it out: "exclude" in .smtpdlintrc.json',
  postfix: "write it anew: smtpdlint recipe prints files to begin with",
};
