import type { Edit } from "@smtpdlint/grammar";
import { commentPlace, type Diagnostic, type Fix } from "@smtpdlint/lint";
import { translationFor } from "./old-file.ts";
import type { View } from "./view.ts";

/** Something that the editor offers to do. */
export interface EditorAction {
  readonly title: string;
  readonly kind: "quickfix" | "refactor.extract" | "source.fixAll";
  /** What it mends. */
  readonly diagnostic: Diagnostic | undefined;
  /** True if it is the one right thing to do. */
  readonly preferred: boolean;
  readonly edits: readonly Edit[];
  /** A page to show in place of edits. */
  readonly url?: string;
}

/** The actions for the findings that touch a part of the document. */
export function codeActions(view: View, start: number, end: number): EditorAction[] {
  const touched = view.diagnostics.filter(
    ({ span }) => span.file === view.file && span.start <= end && start <= span.end,
  );
  return touched.flatMap((diagnostic) => [
    ...translation(view, diagnostic),
    ...diagnostic.fixes.map((fix) => fixAction(diagnostic, fix)),
    suppression(view, diagnostic),
    documentation(diagnostic),
  ]);
}

const fixAction = (diagnostic: Diagnostic, { title, safe, edits }: Fix): EditorAction => ({
  title,
  kind: "quickfix",
  diagnostic,
  preferred: safe,
  edits,
});

function translation(view: View, diagnostic: Diagnostic): EditorAction[] {
  const found = translationFor(view, diagnostic);
  return found ? [{ ...found, kind: "quickfix", diagnostic, preferred: true }] : [];
}

/** A comment above the statement, with the reason still to be written. */
function suppression({ model }: View, diagnostic: Diagnostic): EditorAction {
  const { rule, span } = diagnostic;
  const at = commentPlace(model, span);
  const text = `# smtpdlint-disable-next-line ${rule} -- REASON\n`;
  return {
    title: `suppress ${rule} here, with a reason`,
    kind: "quickfix",
    diagnostic,
    preferred: false,
    edits: [{ span: { file: span.file, start: at, end: at }, text }],
  };
}

const documentation = (diagnostic: Diagnostic): EditorAction => ({
  title: `show what ${diagnostic.rule} means`,
  kind: "quickfix",
  diagnostic,
  preferred: false,
  edits: [],
  url: diagnostic.url,
});
