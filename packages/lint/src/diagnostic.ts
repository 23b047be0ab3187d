import type { Edit, Span } from "@smtpdlint/grammar";
import { subjects } from "./rules/subjects.ts";

/** What a finding means, see docs/commands/lint.md. `internal` is a fault of ours. */
export type Category = "refused" | "broken" | "security" | "suspicious" | "unused" | "style" | "internal";

/** True for a finding for which smtpd refuses the file, and for a rule about such. */
export const isRefusal = ({ category }: { readonly category: Category }): boolean => category === "refused";

/** How grave a finding is. */
export type Severity = "error" | "warning" | "info" | "hint";

/** The severity of the findings of a category, unless a rule has its own. */
export const severityOf: Readonly<Record<Category, Severity>> = {
  refused: "error",
  broken: "error",
  security: "warning",
  suspicious: "warning",
  unused: "info",
  style: "hint",
  internal: "error",
};

/** What an editor may fade, or strike through. */
export type DiagnosticTag = "unnecessary" | "deprecated";

/** Something that the analysis has found; complete, so that nobody has to ask back. */
export interface Diagnostic {
  readonly rule: string;
  readonly category: Category;
  readonly severity: Severity;
  readonly tag: DiagnosticTag | undefined;
  /** Lower case, no full stop. */
  readonly message: string;
  readonly span: Span;
  /** What to do about it, or what is allowed. */
  readonly help: string | undefined;
  /** A message that shows it, in the words of a policy test: `from 203.0.113.5 to bob@example.org`. */
  readonly witness: string | undefined;
  readonly related: readonly RelatedPlace[];
  readonly fixes: readonly Fix[];
  /** The rule's page. */
  readonly url: string;
}

/** Another place that has to do with a finding. */
export interface RelatedPlace {
  readonly span: Span;
  readonly message: string;
}

/** A change that mends the finding. A safe one has no alternative and cannot change what the author meant. */
export interface Fix {
  readonly title: string;
  readonly safe: boolean;
  readonly edits: readonly Edit[];
}

/** The page of a rule. */
export function ruleUrl(id: string): string {
  return `https://github.com/smtpdlint/smtpdlint/blob/main/packages/lint/src/rules/${subjects[id]}/${id}.md`;
}
