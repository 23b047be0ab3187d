import { foreignNamed } from "../../syntax-errors/foreign/find.ts";
import { unusedNameRule } from "../shared/unused-name.ts";

export const rule = unusedNameRule({
  id: "unused-macro",
  kind: "macro",
  noun: "macro",
  use: "$NAME",
  help(name) {
    const foreign = foreignNamed(name);
    return foreign && `it is ${foreign.setting}: ${foreign.help}`;
  },
});
