import {
  addressAt,
  type EditorAction,
  loadMigration,
  loadSnippets,
  mailSubjectAt,
  setUps,
  translations,
} from "@smtpdlint/ide";
import { testText } from "@smtpdlint/lint";
import {
  type CancellationToken,
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  CodeActionTriggerKind,
  type Command,
  type Range,
  type TextDocumentIdentifier,
} from "vscode-languageserver";
import type { Converter } from "../convert.ts";
import { findMistakes } from "../diagnostics.ts";
import type { DocumentContext } from "../document-context.ts";
import { matchAt, writeTestCommand } from "../policy-tests/commands.ts";
import { offsetsOf, type Session } from "../session.ts";
import { applyEditCommand, showPage } from "./commands.ts";
import { showMailFlow, showSenders, traceMail } from "./pages.ts";
import { settingsFixes } from "./settings.ts";

/** True for a kind of code action and those below it; the empty one has all. */
const isWithin = (kind: string, wanted: string) => wanted === "" || kind === wanted || kind.startsWith(`${wanted}.`);

/** What somebody asks for, and for how long. */
interface Wanted {
  readonly token: CancellationToken;
  /** True if an editor asks on its own, to show a light: it asks again when diagnostics arrive, and need not wait for fixes. */
  readonly isAutomatic: boolean;
  readonly wants: (kind: string) => boolean;
  readonly asksFor: (kind: string) => boolean;
}

/** The kind of actions that change nothing, and show what becomes of mail. */
const sourceMail = "source.mail";

/** What statements are called where their first word would not do. */
const names: Readonly<Record<string, string>> = { match: "rule", listen: "listener" };

export const codeActionKinds = [
  CodeActionKind.QuickFix,
  CodeActionKind.Refactor,
  CodeActionKind.RefactorExtract,
  CodeActionKind.RefactorInline,
  `${CodeActionKind.SourceFixAll}.smtpdlint`,
  sourceMail,
];

/** Fixes and refactorings, the page of a rule, and what there is to ask of mail. */
export function serveCodeActions(session: Session): void {
  const { connection, workspace } = session;
  connection.onCodeAction(
    session.guarded<CodeActionParams, (CodeAction | Command)[]>([], async (params, token) =>
      forClient(await actionsFor(params, token)),
    ),
  );

  const actionsFor = async (
    { textDocument, range, context }: CodeActionParams,
    token: CancellationToken,
  ): Promise<CodeAction[]> => {
    const { only } = context;
    const isAutomatic = context.triggerKind === CodeActionTriggerKind.Automatic;
    const asksFor = (kind: string) => only?.some((wanted) => isWithin(kind, wanted)) ?? false;
    const wants = (kind: string) => !only || asksFor(kind);
    if (session.tests.has(textDocument)) {
      if (!wants("quickfix")) return [];
      return (await session.tests.features()).codeActions(textDocument.uri, range, token);
    }
    if (workspace.hasSettings(textDocument.uri)) {
      return wants("quickfix") ? settingsFixes(workspace, { textDocument, range, context }) : [];
    }
    const params = { textDocument, position: range.start };
    const ofTable = session.ofTable(params, (tables, workspace) => tables.recipient(workspace, params));
    if (ofTable) {
      const trace = wants(sourceMail) ? traceAction(textDocument.uri, await ofTable) : [];
      return [...(await tableFixes(textDocument, range, { token, isAutomatic, wants, asksFor })), ...trace];
    }
    const asked = session.documentAt(textDocument);
    if (!asked) return [];
    // Only fixes have to wait until all mistakes are found.
    const mains = [workspace.mainOf(textDocument.uri)];
    const fixes = wants(CodeActionKind.QuickFix) && !(isAutomatic && isSearching(mains));
    if (fixes && !(await findMistakes(workspace, mains, () => !token.isCancellationRequested))) return [];
    const here = session.documentAt(textDocument);
    // What has been typed meanwhile may have moved the place.
    if (!here || textOf(here) !== textOf(asked)) return [];
    const { view, converter } = here;
    const { start, end } = offsetsOf(here, range);
    if (fixes) await loadMigration(view);
    // Loaded here: nobody needs them before the first finding.
    const { offeredActions } = await import("../code-actions/offered-actions.ts");
    const pages = !session.clientCapabilities.linksOfCodes;
    const offered = [
      ...(fixes ? translations(view, start, end) : []),
      ...(fixes && view.model.config.statements.length === 0 ? setUps(view, await loadSnippets()) : []),
      ...offeredActions(workspace, view, { start, end, fixes, pages, asksFor }),
    ];
    const actions = offered.filter(({ kind }) => wants(kind));
    const writeTest = wants("refactor") && session.clientCapabilities.applyEdit ? testAction(here, start) : [];
    const mail = wants(sourceMail) ? mailActions(here, textDocument.uri, start) : [];
    return [...actions.map((action) => toCodeAction(action, converter)), ...writeTest, ...mail];
  };

  const isSearching = (mains: readonly string[]) => !mains.every((main) => workspace.analysisOf(main).isSearched);

  /** The fixes for a file of a table; what several configurations offer is offered once. */
  async function tableFixes(
    textDocument: TextDocumentIdentifier,
    range: Range,
    { token, isAutomatic, wants, asksFor }: Wanted,
  ): Promise<CodeAction[]> {
    const mains = session.tableContexts(textDocument).map(({ view }) => view.model.sources.files[0]?.path ?? "");
    const fixes = wants(CodeActionKind.QuickFix) && !(isAutomatic && isSearching(mains));
    if (fixes && !(await findMistakes(workspace, mains, () => !token.isCancellationRequested))) return [];
    const { offeredActions } = await import("../code-actions/offered-actions.ts");
    const pages = !session.clientCapabilities.linksOfCodes;
    const found = new Map<string, CodeAction>();
    for (const here of session.tableContexts(textDocument)) {
      const offered = offeredActions(workspace, here.view, { ...offsetsOf(here, range), fixes, pages, asksFor });
      for (const action of offered.filter(({ kind }) => wants(kind))) {
        const converted = toCodeAction(action, here.converter);
        found.set(JSON.stringify([converted.title, converted.edit]), converted);
      }
    }
    return [...found.values()];
  }

  const textOf = ({ view: { model, file } }: DocumentContext) => model.sources.files[file]?.text;

  /** Without what the client does not know; for some only what a command can do. */
  function forClient(actions: readonly CodeAction[]): (CodeAction | Command)[] {
    const can = session.clientCapabilities;
    if (can.codeActionLiterals)
      return actions.map(({ isPreferred, ...action }) =>
        can.preferredActions && isPreferred ? { ...action, isPreferred } : action,
      );
    return actions.flatMap(({ title, edit, command }) => {
      if (edit) return can.applyEdit ? { title, command: applyEditCommand, arguments: [edit] } : [];
      return command ?? [];
    });
  }

  /** To look for a message that takes the rule takes time: only when somebody wants it. */
  function testAction({ view, converter }: DocumentContext, offset: number): CodeAction[] {
    const match = matchAt(view, offset);
    if (!match) return [];
    const title = "Write a test for this rule";
    const parameters = [converter.uri(match.span), converter.position(view.file, match.span.start)];
    return [{ title, kind: "refactor", command: { title, command: writeTestCommand, arguments: parameters } }];
  }

  const mailAction = (title: string, command: string, uri: string, detail: unknown): CodeAction => ({
    title,
    kind: sourceMail,
    command: { title, command, arguments: [uri, detail] },
  });

  const traceAction = (uri: string, recipient: string | undefined): CodeAction[] =>
    recipient === undefined
      ? []
      : [mailAction(`Trace mail to ${recipient}`, traceMail, uri, `to ${testText(recipient)}`)];

  /** What becomes of mail to an address, or by a statement; the answer is worked out when somebody wants it. */
  function mailActions({ view, converter }: DocumentContext, uri: string, offset: number): CodeAction[] {
    const subject = mailSubjectAt(view, offset, true);
    const kind = subject?.kind === "statement" ? subject.statement.kind : undefined;
    const position = converter.position(view.file, offset);
    const name = kind && (names[kind] ?? kind);
    return [
      ...traceAction(uri, addressAt(view, offset)?.address),
      ...(kind ? [mailAction(`Show who sends mail by this ${name}`, showSenders, uri, position)] : []),
      ...(kind === "match" ? [mailAction("Trace a message that this rule matches", traceMail, uri, position)] : []),
      ...(kind ? [mailAction("Show the mail flow", showMailFlow, uri, undefined)] : []),
    ];
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
