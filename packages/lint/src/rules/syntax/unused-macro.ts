import { insteadOf } from "../../syntax-errors/postfix.ts";
import { unusedNameRule } from "../shared/unused-name.ts";

export const rule = unusedNameRule({
  id: "unused-macro",
  kind: "macro",
  noun: "macro",
  use: "$NAME",
  help(name) {
    const instead = insteadOf(name);
    return instead && `it is a setting of Postfix: ${instead}`;
  },
});
