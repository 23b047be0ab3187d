import { quote, secretsOf } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "readable-secret",
    category: "security",
    summary: "a key or a password in a file that every user of this machine can read",
    messages: { readable: "every user of this machine can read {path}, which holds {noun}" },
  },
  model(model, { report }) {
    if (!model.machine) return;
    for (const { noun, path, mode, span } of secretsOf(model)) {
      const status = model.machine.fileStatus(path);
      if ("failure" in status || !status.public) continue;
      const help = `chmod ${mode} ${path}${mode === "640" ? ", and give it to smtpd's group" : ""}`;
      report({ span, message: "readable", data: { path: quote(path), noun }, help });
    }
  },
});
