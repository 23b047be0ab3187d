import { passwdLines, problemOfPasswdLine, sourceOf } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

const messages = {
  "no name": "this line has no name: the backend passwd refuses the file, and smtpd dies at its start",
  fields: "this line has fewer than six fields: the backend passwd refuses the file, and smtpd dies at its start",
  long: "this line is longer than 2047 bytes: the backend passwd refuses the file, and smtpd dies at its start",
} as const;

export const rule = defineRule({
  meta: {
    id: "invalid-passwd-line",
    category: "broken",
    summary: "a line for which the backend passwd refuses its file",
    messages,
  },
  visit: {
    table(table, context) {
      if (!table.source || sourceOf(table)?.backend !== "passwd") return;
      const { configuration } = context.model.tables.declared(table);
      if (!configuration) return;
      for (const line of passwdLines(configuration)) {
        const message = problemOfPasswdLine(line);
        if (!message) continue;
        context.report({
          span: line.span,
          message,
          help: "write NAME:HASH:UID:GID:GECOS:HOME:SHELL",
          related: [{ span: table.source.span, message: "the table is declared here" }],
        });
        // The backend stops at the first.
        return;
      }
    },
  },
});
