import { codeActions, difference, type EditorAction, refactorings, type View } from "@smtpdlint/ide";
import { fix } from "@smtpdlint/lint";
import { MessageType, ShowMessageNotification } from "vscode-languageserver";
import type { Converter } from "../convert.ts";
import { offsetsOf, type Session } from "../session.ts";

export const showPage = "smtpdlint.showPage";

/** Fixes and refactorings, and the page of a rule. */
export function serveCodeActions(session: Session): void {
  const { connection, workspace } = session;
  connection.onCodeAction(
    session.guarded([], ({ textDocument, range, context }) => {
      const here = session.documentAt(textDocument);
      if (!here) return [];
      const { view, converter } = here;
      const { start, end } = offsetsOf(here, range);
      const { only } = context;
      const wants = (kind: string) => !only || only.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`));
      const actions = [
        ...codeActions(view, start, end),
        ...refactorings(view, start, end),
        // It tries all fixes, which takes time in a long file: only for those who ask.
        ...(only?.some((wanted) => "source.fixAll".startsWith(wanted)) ? fixAll(view) : []),
      ].filter(({ kind }) => wants(kind));
      return actions.map((action) => toCodeAction(action, converter));
    }),
  );

  /** All safe fixes of this document at once. */
  function fixAll(view: View): EditorAction[] {
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

  function toCodeAction({ title, kind, diagnostic, preferred, edits, url }: EditorAction, converter: Converter) {
    return {
      title,
      kind,
      ...(diagnostic && { diagnostics: [converter.diagnostic(diagnostic)] }),
      ...(preferred && { isPreferred: true }),
      ...(edits.length > 0 && { edit: converter.workspaceEdit(edits) }),
      ...(url !== undefined && { command: { title, command: showPage, arguments: [url] } }),
    };
  }

  connection.onExecuteCommand(async ({ command, arguments: [url] = [] }) => {
    if (command !== showPage || typeof url !== "string") return;
    if (session.clientCapabilities.showDocument) await connection.window.showDocument({ uri: url, external: true });
    else await connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message: url });
  });
}
