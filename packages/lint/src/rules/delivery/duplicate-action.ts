import { duplicateNameRule } from "../shared/duplicate-name.ts";

export const rule = duplicateNameRule({ id: "duplicate-action", kind: "action", noun: "action" });
