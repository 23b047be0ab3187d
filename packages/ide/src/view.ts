import type { Diagnostic, RuleMeta } from "@smtpdlint/lint";
import type { Model } from "@smtpdlint/model";

/** What a feature is given: a configuration, and which of its files the question is about. */
export interface View {
  readonly model: Model;
  readonly diagnostics: readonly Diagnostic[];
  /** Those of some rules, where they can be had sooner than all. */
  readonly findingsOf?: (isWanted: (meta: RuleMeta) => boolean) => readonly Diagnostic[];
  /** The `FileId` of the document. */
  readonly file: number;
}
