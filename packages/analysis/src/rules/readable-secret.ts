import { secretsOf } from "../model/secrets.ts";
import { defineRule } from "../rule.ts";
import { quote } from "../text/format.ts";

export const rule = defineRule({
  meta: {
    id: "readable-secret",
    category: "security",
    summary: "a key or a password in a file that every user of this machine can read",
    messages: { readable: "every user of this machine can read {path}, which holds {noun}" },
  },
  model(model, { report }) {
    if (!model.machine) return;
    for (const { noun, path, span } of secretsOf(model)) {
      const status = model.machine.fileStatus(path);
      if ("failure" in status || !status.public) continue;
      const help = `chmod o-rwx ${path}; smtpd's group must still be able to read a table`;
      report({ span, message: "readable", data: { path: quote(path), noun }, help });
    }
  },
});
