import { codeActions, difference, type EditorAction, refactorings, type View } from "@smtpdlint/ide";
import { fix } from "@smtpdlint/lint";
import type { Workspace } from "../workspace.ts";

export { testActions } from "@smtpdlint/ide";

/** The kind of what applies all safe fixes; those who ask for `source.fixAll` get it too. */
export const fixAllKind = "source.fixAll.smtpdlint";

/** Which actions somebody asks for. */
export interface Request {
  readonly start: number;
  readonly end: number;
  /** Offers fixes of what was found. */
  readonly fixes: boolean;
  /** Offers pages of rules, which some editors link to anyway. */
  readonly pages: boolean;
  /** True for a kind of action that is asked for by its name. */
  readonly asksFor: (kind: string) => boolean;
}

/** The fixes and refactorings for a part of a document. */
export function offeredActions(workspace: Workspace, view: View, request: Request): EditorAction[] {
  const { start, end, fixes, pages, asksFor } = request;
  return [
    ...(fixes ? codeActions(view, start, end, { pages }) : []),
    ...refactorings(view, start, end),
    // It tries all fixes, which takes time in a long file: only for those who ask.
    ...(asksFor(fixAllKind) ? fixAll(workspace, view) : []),
  ];
}

/** All safe fixes of a document at once. */
function fixAll(workspace: Workspace, view: View): EditorAction[] {
  const source = view.model.sources.files[view.file];
  const main = view.model.sources.files[0];
  if (!source || !main) return [];
  const { changes } = fix(main.path, main.text, workspace.hosts.hostFor(main.path), {
    ...workspace.settings.optionsFor(main.path),
    mayEdit: (path) => path === source.path,
  });
  return changes.map(({ before, after }) => ({
    title: "Apply all safe fixes",
    kind: fixAllKind,
    diagnostic: undefined,
    preferred: false,
    edits: [difference(view.file, before, after)],
  }));
}
