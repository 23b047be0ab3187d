import { undefinedNameRule } from "../shared/undefined-name.ts";

export const rule = undefinedNameRule({
  id: "undefined-action",
  kind: "action",
  noun: "action",
  definition: "action NAME METHOD",
});
