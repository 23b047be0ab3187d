import type { Edit } from "@smtpdlint/grammar";
import type { Diagnostic } from "@smtpdlint/lint";

/** Something that the editor offers to do. */
export interface EditorAction {
  /** As editors write it: it begins with a verb and a capital letter. */
  readonly title: string;
  readonly kind: "quickfix" | "refactor.extract" | "refactor.inline" | "source.fixAll.smtpdlint";
  /** What it mends. */
  readonly diagnostic: Diagnostic | undefined;
  /** True if it is the one right thing to do. */
  readonly preferred: boolean;
  readonly edits: readonly Edit[];
  /** A page to show in place of edits. */
  readonly url?: string;
}

/** A quick fix, before it is known for which finding. */
export interface Mending {
  readonly title: string;
  readonly preferred?: boolean;
  readonly edits: readonly Edit[];
  readonly url?: string;
}
