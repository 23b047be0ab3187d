import { unusedNameRule } from "../shared/unused-name.ts";

export const rule = unusedNameRule({
  id: "unused-filter",
  kind: "filter",
  noun: "filter",
  use: "listen on … filter NAME",
});
