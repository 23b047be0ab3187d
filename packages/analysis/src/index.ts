export * from "./diagnostic.ts";
export { blindHost, type FileResult, type Host, memoryHost } from "./host.ts";
export { type Analysis, analyse, type LintOptions } from "./lint.ts";
export { Model, type Resolution } from "./model/model.ts";
export type { Definition, NameKind, Reference } from "./model/names.ts";
export type { TableFacts, TableKind } from "./model/tables.ts";
export { type Context, defaultSeverity, type Report, type Rule, type RuleMeta } from "./rule.ts";
export { rules } from "./rules/index.ts";
export { count, makeVisible } from "./text/format.ts";
