import { quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";
import { beginAnew } from "../../syntax-errors/foreign/find.ts";
import { insteadOf } from "../../syntax-errors/foreign/program.ts";
import { sasl } from "../../syntax-errors/foreign/sasl.ts";

export const rule = defineRule({
  meta: {
    id: "foreign-setting",
    category: "refused",
    summary: "a file or a line of another mail program's configuration",
    messages: {
      file: "this is a configuration file of {program}: smtpd refuses it",
      setting: "{name} is {setting}: smtpd refuses it",
    },
  },
  problems(_, { foreign, report }) {
    for (const { format, setting, span } of foreign) {
      if (setting) {
        const help = insteadOf(format, setting.key ?? setting.name) ?? "remove it: smtpd.conf has no such setting";
        const data = { name: quote(setting.name), setting: format.setting ?? "" };
        report({ span, message: "setting", data, help });
      } else {
        const help = format === sasl ? leaveOut : `write it anew: ${beginAnew}`;
        report({ span, message: "file", data: { program: format.file }, help });
      }
    }
  },
});

const leaveOut = 'leave it out: "exclude" in .smtpdlintrc.json';
