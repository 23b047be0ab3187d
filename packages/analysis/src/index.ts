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
export { Model } from "./model/model.ts";
export { type EntryPoint, portsOf } from "./policy/entry-points.ts";
export { type Environment, outsideEnvironment, unknownEnvironment } from "./policy/environment.ts";
export { type Evaluation, type Explanation, evaluate, explain } from "./policy/evaluate.ts";
export type { Message } from "./policy/message.ts";
export { Policy } from "./policy/policy.ts";
export { type Condition, type MatchRule, type Origin, rulesetOf } from "./policy/ruleset.ts";
export { type Context, defaultSeverity, type Report, type Rule, type RuleMeta } from "./rule.ts";
export { rules } from "./rules/index.ts";
export { targetIn } from "./suppress.ts";
export type { Definition, NameKind, Reference } from "./symbols/names.ts";
export { type Occurrence, occurrences, occurrencesOf, symbolsAt } from "./symbols/occurrences.ts";
export type { Resolution } from "./symbols/symbols.ts";
export { verbs as directiveVerbs } from "./syntax/directives.ts";
export { isBuiltinTable, type TableInfo, type TableKind } from "./tables/table-info.ts";
export { isUsable, type TableUse, tableUses } from "./tables/table-use.ts";
export { alternatives, conjunction, count, makeVisible, quoteText, writeText } from "./text/format.ts";
export { parseDelay } from "./values/delay.ts";
export { formatSpecifiers } from "./values/format-specifier.ts";
export { parseRelayUrl, relaySchemes, type Scheme, schemeHelp } from "./values/relay-url.ts";
export { mailPort } from "./values/services.ts";
export { parseSize } from "./values/size.ts";
