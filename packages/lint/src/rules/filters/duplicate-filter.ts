import { duplicateNameRule } from "../shared/duplicate-name.ts";

export const rule = duplicateNameRule({ id: "duplicate-filter", kind: "filter", noun: "filter" });
