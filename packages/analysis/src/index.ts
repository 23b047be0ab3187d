export {
  explainUnknownRule,
  readSettings,
  type Settings,
  type SettingsProblem,
  type SeverityName,
  severityNames,
} from "./config.ts";
export * from "./diagnostic.ts";
export { applyEdits } from "./edits.ts";
export { type AppliedFix, type FileChange, type Fixed, type FixOptions, fix } from "./fix.ts";
export { type FormatOptions, formatText } from "./format/format.ts";
export { blindHost, type FileResult, type Host, memoryHost } from "./host.ts";
export { type Analysis, analyse, type LintOptions } from "./lint.ts";
export type { Family, FileStatus, Machine } from "./machine.ts";
export { builtinKeys, conditionsOf, type Origin, type RuleConditions, type Test } from "./model/conditions.ts";
export { type Evaluation, evaluate, type Message } from "./model/evaluate.ts";
export { type EntryPoint, portsOf } from "./model/listeners.ts";
export { Model, type Resolution } from "./model/model.ts";
export type { Definition, NameKind, Reference } from "./model/names.ts";
export { type Occurrence, occurrences, occurrencesOf, symbolsAt } from "./model/symbols.ts";
export { isUsable, type TableUse, tableUses } from "./model/table-use.ts";
export type { TableFacts, TableKind } from "./model/tables.ts";
export { type Context, defaultSeverity, type Report, type Rule, type RuleMeta } from "./rule.ts";
export { rules } from "./rules/index.ts";
export { targetIn } from "./suppress.ts";
export { verbs as directiveVerbs } from "./syntax/directives.ts";
export { alternatives, conjunction, count, makeVisible, quoteText, writeText } from "./text/format.ts";
export { parseDelay } from "./values/delay.ts";
export { formatSpecifiers } from "./values/format-specifier.ts";
export { parseRelayUrl, relaySchemes, type Scheme, schemeHelp } from "./values/relay-url.ts";
export { mailPort } from "./values/services.ts";
export { parseSize } from "./values/size.ts";
