import { undefinedNameRule } from "../shared/undefined-name.ts";

/** Until 6.6 a listener took any name, and filters did not exist. */
export const rule = undefinedNameRule({
  id: "undefined-filter",
  kind: "filter",
  noun: "filter",
  definition: "filter NAME proc-exec COMMAND",
  applies: (_, { model }) => model.isAtLeast("6.6"),
});
