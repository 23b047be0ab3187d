import { duplicateNameRule } from "../shared/duplicate-name.ts";

export const rule = duplicateNameRule({ id: "duplicate-wrapper", kind: "wrapper", noun: "mda wrapper" });
