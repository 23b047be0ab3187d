import { unusedNameRule } from "../shared/unused-name.ts";

export const rule = unusedNameRule({
  id: "unused-macro",
  kind: "macro",
  noun: "macro",
  use: "$NAME",
});
