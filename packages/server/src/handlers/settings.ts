import { completeSettings, completionTriggers, hoverSettings, settingsActions } from "@smtpdlint/ide";
import { settingsFileName } from "@smtpdlint/lint";
import {
  BulkRegistration,
  type CodeAction,
  type CodeActionParams,
  CodeActionRequest,
  CompletionRequest,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DidSaveTextDocumentNotification,
  type Hover,
  HoverRequest,
  type TextDocumentIdentifier,
  type TextDocumentPositionParams,
  TextDocumentSyncKind,
} from "vscode-languageserver";
import { type Suggestion, toMarkdown, toSuggestion } from "../convert.ts";
import { normalize } from "../file-uris.ts";
import { type Positions, positionsIn } from "../position-encoding.ts";
import type { Session } from "../session.ts";
import type { Workspace } from "../workspace.ts";

/** What editors ask of `.smtpdlintrc.json`. */

interface Here {
  readonly text: string;
  readonly document: Positions;
}

function hereAt(workspace: Workspace, { uri }: TextDocumentIdentifier): Here {
  const text = workspace.files.textOf(normalize(uri));
  return { text, document: positionsIn(uri, text, workspace.client.positionEncoding) };
}

const rangeOf = ({ document }: Here, { start, end }: { readonly start: number; readonly end: number }) => ({
  start: document.positionAt(start),
  end: document.positionAt(end),
});

/** Keys, rules, severities and releases. */
export function settingsCompletion(
  workspace: Workspace,
  { textDocument, position }: TextDocumentPositionParams,
): Suggestion[] {
  const here = hereAt(workspace, textDocument);
  const items = completeSettings(here.text, here.document.offsetAt(position));
  return items.map((item) => toSuggestion(item, rangeOf(here, item.span)));
}

/** What a key sets, and what a rule finds. */
export function settingsHover(
  workspace: Workspace,
  { textDocument, position }: TextDocumentPositionParams,
): Hover | null {
  const here = hereAt(workspace, textDocument);
  const found = hoverSettings(here.text, here.document.offsetAt(position));
  return found ? { contents: toMarkdown(found.markdown), range: rangeOf(here, found.span) } : null;
}

/** What to write in place of slips. */
export function settingsFixes(workspace: Workspace, { textDocument, range, context }: CodeActionParams): CodeAction[] {
  const here = hereAt(workspace, textDocument);
  const { document, text } = here;
  const actions = settingsActions(text, document.offsetAt(range.start), document.offsetAt(range.end));
  return actions.map(({ title, kind, preferred, edits }) => {
    const changes = edits.map((edit) => ({ range: rangeOf(here, edit.span), newText: edit.text }));
    const place = JSON.stringify(changes[0]?.range);
    const diagnostics = context.diagnostics.filter((one) => JSON.stringify(one.range) === place);
    return {
      title,
      kind,
      ...(diagnostics.length > 0 && { diagnostics }),
      isPreferred: preferred,
      edit: { changes: { [textDocument.uri]: changes } },
    };
  });
}

/** Asks a client that hands over only the languages that it knows for the settings too, with what it has no schema for. */
export async function registerSettings({ connection, clientCapabilities: can }: Session): Promise<void> {
  if (!can.registersDocuments) return;
  const documentSelector = [{ pattern: `**/${settingsFileName}` }];
  const wanted = BulkRegistration.create();
  wanted.add(DidOpenTextDocumentNotification.type, { documentSelector });
  wanted.add(DidChangeTextDocumentNotification.type, { documentSelector, syncKind: TextDocumentSyncKind.Incremental });
  wanted.add(DidSaveTextDocumentNotification.type, { documentSelector });
  wanted.add(DidCloseTextDocumentNotification.type, { documentSelector });
  if (!can.knowsSettings) {
    if (can.registersCompletion) {
      wanted.add(CompletionRequest.type, { documentSelector, triggerCharacters: [...completionTriggers] });
    }
    if (can.registersHover) wanted.add(HoverRequest.type, { documentSelector });
    if (can.registersCodeActions) wanted.add(CodeActionRequest.type, { documentSelector });
  }
  await connection.client.register(wanted);
}
