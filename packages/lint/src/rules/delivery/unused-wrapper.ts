import { unusedNameRule } from "../shared/unused-name.ts";

export const rule = unusedNameRule({
  id: "unused-wrapper",
  kind: "wrapper",
  noun: "mda wrapper",
  use: "action … mda … wrapper NAME",
});
