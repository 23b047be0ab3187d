import type { Snippet } from "./completion/completion-item.ts";
import { defaultText, snippetsFor } from "./completion/snippets.ts";
import type { EditorAction } from "./editor-action.ts";
import type { View } from "./view.ts";

/** Whole configurations to begin with, for a file in which there is no statement yet. */
export function setUps({ model, file, diagnostics }: View, snippets: readonly Snippet[]): EditorAction[] {
  const text = model.sources.files[file]?.text ?? "";
  if (file !== 0 || model.config.statements.length > 0) return [];
  const start = "setup ";
  return snippetsFor(snippets, model.target)
    .filter(({ label }) => label.startsWith(start))
    .map(({ label, help, body }) => ({
      title: `Begin with '${label.slice(start.length)}': ${help}`,
      kind: "quickfix",
      // What smtpd says of an empty file.
      diagnostic: diagnostics[0],
      preferred: false,
      edits: [{ span: { file, start: text.length, end: text.length }, text: separate(text) + defaultText(body) }],
    }));
}

/** Between a comment that is there and what follows it. */
const separate = (text: string) => (text.trim() === "" ? "" : text.endsWith("\n") ? "\n" : "\n\n");
