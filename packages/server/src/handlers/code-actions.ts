import { type EditorAction, loadMigration } from "@smtpdlint/ide";
import type { CodeAction, CodeActionParams } from "vscode-languageserver";
import type { Converter } from "../convert.ts";
import { matchAt, writeTestCommand } from "../policy-tests/features.ts";
import { type DocumentContext, offsetsOf, type Session } from "../session.ts";
import { showPage } from "./commands.ts";

/** Fixes and refactorings, and the page of a rule. */
export function serveCodeActions(session: Session): void {
  const { connection, workspace } = session;
  connection.onCodeAction(
    session.guarded<CodeActionParams, CodeAction[]>([], async ({ textDocument, range, context }, token) => {
      const { only } = context;
      const wants = (kind: string) => !only || only.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`));
      if (session.tests.has(textDocument)) {
        if (!wants("quickfix")) return [];
        return session.tests.codeActions(textDocument.uri, range, token);
      }
      const here = session.documentAt(textDocument);
      if (!here) return [];
      const { view, converter } = here;
      const { start, end } = offsetsOf(here, range);
      await loadMigration(view);
      // Loaded here: a page that only shows findings does without it.
      const { editorActions } = await import("../editor-actions.ts");
      const actions = editorActions(workspace, view, { start, end }, only).filter(({ kind }) => wants(kind));
      const writeTest = wants("refactor") && session.clientCapabilities.applyEdit ? testAction(here, start) : [];
      return [...actions.map((action) => toCodeAction(action, converter)), ...writeTest];
    }),
  );

  /** To look for a message that takes the rule takes time: only when somebody wants it. */
  function testAction({ view, converter }: DocumentContext, offset: number): CodeAction[] {
    const match = matchAt(view, offset);
    if (!match) return [];
    const title = "write a test for this rule";
    const parameters = [converter.uri(match.span), converter.position(view.file, match.span.start)];
    return [{ title, kind: "refactor", command: { title, command: writeTestCommand, arguments: parameters } }];
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
}
