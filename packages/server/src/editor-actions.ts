import { codeActions, difference, type EditorAction, refactorings, type View } from "@smtpdlint/ide";
import { fix } from "@smtpdlint/lint";
import type { Workspace } from "./workspace.ts";

/** Fixes and refactorings between two offsets of a document; all safe fixes at once only for those who ask for that kind. */
export function editorActions(
  workspace: Workspace,
  view: View,
  { start, end }: { readonly start: number; readonly end: number },
  only: readonly string[] | undefined,
): EditorAction[] {
  return [
    ...codeActions(view, start, end),
    ...refactorings(view, start, end),
    // It tries all fixes, which takes time in a long file.
    ...(only?.some((wanted) => "source.fixAll".startsWith(wanted)) ? fixAll(workspace, view) : []),
  ];
}

/** All safe fixes of this document at once. */
function fixAll(workspace: Workspace, view: View): EditorAction[] {
  const source = view.model.sources.files[view.file];
  const main = view.model.sources.files[0];
  if (!source || !main) return [];
  const { changes } = fix(main.path, main.text, workspace.hostFor(main.path), {
    ...workspace.optionsFor(main.path),
    mayEdit: (path) => path === source.path,
  });
  return changes.map(({ before, after }) => ({
    title: "apply all safe fixes",
    kind: "source.fixAll",
    diagnostic: undefined,
    preferred: false,
    edits: [difference(view.file, before, after)],
  }));
}
