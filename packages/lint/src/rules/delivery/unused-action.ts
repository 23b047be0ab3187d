import { unusedNameRule } from "../shared/unused-name.ts";

export const rule = unusedNameRule({
  id: "unused-action",
  kind: "action",
  noun: "action",
  use: "match … action NAME",
});
