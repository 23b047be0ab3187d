import type { Diagnostic } from "@smtpdlint/lint";
import type { Model } from "@smtpdlint/model";

/** What a feature is given: a configuration, and which of its files the question is about. */
export interface View {
  readonly model: Model;
  readonly diagnostics: readonly Diagnostic[];
  /** The `FileId` of the document. */
  readonly file: number;
}
