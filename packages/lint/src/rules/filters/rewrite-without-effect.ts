import { quote } from "@smtpdlint/model";
import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "rewrite-without-effect",
    category: "suspicious",
    summary: "a rewrite in a phase where there is nothing to rewrite",
    messages: { nothing: "there is nothing to rewrite in phase {phase}" },
  },
  visit: {
    filter({ phase, action }, { report }) {
      if (action?.keyword.word !== "rewrite" || phase?.word !== "connect") return;
      const help = "rewrite changes what the client has said in helo, ehlo, mail-from or rcpt-to";
      report({ span: action.keyword.span, message: "nothing", data: { phase: quote(phase.word) }, help });
    },
  },
});
