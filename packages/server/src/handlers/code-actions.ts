import {
  addressAt,
  codeActions,
  difference,
  type EditorAction,
  loadMigration,
  mailSubjectAt,
  refactorings,
  type View,
} from "@smtpdlint/ide";
import { fix, testText } from "@smtpdlint/lint";
import type { CodeAction, CodeActionParams } from "vscode-languageserver";
import type { Converter } from "../convert.ts";
import type { DocumentContext } from "../document-context.ts";
import { matchAt, writeTestCommand } from "../policy-tests/commands.ts";
import { offsetsOf, type Session } from "../session.ts";
import { showPage } from "./commands.ts";
import { showMailFlow, showSenders, traceMail } from "./pages.ts";

/** The kind of actions that change nothing, and show what becomes of mail. */
export const sourceMail = "source.mail";

/** Fixes and refactorings, the page of a rule, and what there is to ask of mail. */
export function serveCodeActions(session: Session): void {
  const { connection, workspace } = session;
  connection.onCodeAction(
    session.guarded<CodeActionParams, CodeAction[]>([], async ({ textDocument, range, context }, token) => {
      const { only } = context;
      const wants = (kind: string) => !only || only.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`));
      if (session.tests.has(textDocument)) {
        if (!wants("quickfix")) return [];
        return (await session.tests.features()).codeActions(textDocument.uri, range, token);
      }
      const here = session.documentAt(textDocument);
      if (!here) return [];
      const { view, converter } = here;
      const { start, end } = offsetsOf(here, range);
      await loadMigration(view);
      const actions = [
        ...codeActions(view, start, end),
        ...refactorings(view, start, end),
        // It tries all fixes, which takes time in a long file: only for those who ask.
        ...(only?.some((wanted) => "source.fixAll".startsWith(wanted)) ? fixAll(view) : []),
      ].filter(({ kind }) => wants(kind));
      const mail = wants(sourceMail) ? mailActions(here, textDocument.uri, start) : [];
      const writeTest = wants("refactor") && session.clientCapabilities.applyEdit ? testAction(here, start) : [];
      return [...actions.map((action) => toCodeAction(action, converter)), ...writeTest, ...mail];
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

  /** What becomes of mail to an address, or by a statement; the answer is worked out when somebody wants it. */
  function mailActions({ view, converter }: DocumentContext, uri: string, offset: number): CodeAction[] {
    const action = (title: string, command: string, detail: unknown): CodeAction => ({
      title,
      kind: sourceMail,
      command: { title, command, arguments: [uri, detail] },
    });
    const written = addressAt(view, offset);
    const subject = mailSubjectAt(view, offset, true);
    const kind = subject?.kind === "statement" ? subject.statement.kind : undefined;
    const position = converter.position(view.file, offset);
    return [
      ...(written ? [action(`Trace mail to ${written.address}`, traceMail, `to ${testText(written.address)}`)] : []),
      ...(kind
        ? [
            action(
              `Show who sends mail by this ${kind === "match" ? "rule" : kind === "listen" ? "listener" : kind}`,
              showSenders,
              position,
            ),
          ]
        : []),
      ...(kind === "match" ? [action("Trace a message that this rule matches", traceMail, position)] : []),
      ...(kind ? [action("Show the mail flow", showMailFlow, undefined)] : []),
    ];
  }

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
}
