import type { Span } from "@smtpdlint/grammar";
import {
  completeTable,
  definitionIn,
  hasMembers,
  hoverTable,
  noName,
  prepareRenameKey,
  type Refusal,
  recipientAt,
  referencesIn,
  renameKey,
  type TableView,
  tableSymbols,
  tableTokens,
  tableView,
  targetAt,
  tokenModifiers,
  tokenTypes,
} from "@smtpdlint/ide";
import {
  type DocumentHighlight,
  DocumentHighlightKind,
  type DocumentSymbol,
  type Hover,
  type Location,
  type Range,
  type ReferenceParams,
  type RenameParams,
  type SemanticTokens,
  SemanticTokensBuilder,
  SymbolKind,
  type TextDocumentIdentifier,
  type TextDocumentPositionParams,
  type TextEdit,
  type WorkspaceEdit,
} from "vscode-languageserver";
import { type Suggestion, toMarkdown, toSuggestion } from "../convert.ts";
import { normalize } from "../file-uris.ts";
import { type Positions, positionsIn } from "../position-encoding.ts";
import type { Workspace } from "../workspace.ts";

/** What editors ask of the files of tables, and of `.forward`. Files that no known configuration reads get nothing. */

interface Here {
  /** For each configuration that reads the file. */
  readonly views: readonly [TableView, ...TableView[]];
  readonly document: Positions;
  readonly main: string;
}

function hereAt(workspace: Workspace, { uri }: TextDocumentIdentifier): Here | undefined {
  const [first, ...others] = workspace.tableViews(uri).flatMap((view) => tableView(view) ?? []);
  if (!first) return undefined;
  const { text } = first.source;
  const main = first.model.sources.files[0]?.path ?? "";
  return { views: [first, ...others], document: positionsIn(uri, text, workspace.client.positionEncoding), main };
}

/** The configuration that a file is about. */
const configuration = (workspace: Workspace, textDocument: TextDocumentIdentifier): string | undefined =>
  hereAt(workspace, textDocument)?.main;

/** By URI, the type of each file that another one includes or reads as a table, or that an alias includes. */
export function languagesOf(workspace: Workspace, uris: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const uri of uris) {
    const [view] = workspace.tableViews(uri).flatMap((each) => tableView(each) ?? []);
    if (view?.members) found[uri] = "smtpd-forward";
    else if (view) found[uri] = hasMembers(view) ? "smtpd-aliases" : "smtpd-table";
    else if (workspace.isIncluded(uri)) found[uri] = "smtpd-conf";
  }
  return found;
}

const rangeOf = ({ document }: Here, { start, end }: Span): Range => ({
  start: document.positionAt(start),
  end: document.positionAt(end),
});

function locationsOf(workspace: Workspace, here: Here, spans: readonly Span[]): Location[] {
  const { model, source } = here.views[0];
  const converter = workspace.converterFor(model);
  return spans.map((span) =>
    span.file === source.id ? { uri: here.document.uri, range: rangeOf(here, span) } : converter.location(span),
  );
}

/** The file and what is at a place of it. */
function targetOf(workspace: Workspace, { textDocument, position }: TextDocumentPositionParams) {
  const here = hereAt(workspace, textDocument);
  const target = here && targetAt(here.views[0], here.document.offsetAt(position));
  return here && target && { here, view: here.views[0], target };
}

/** From a member to the entries that it leads to, or to the file that it includes. */
function definition(workspace: Workspace, params: TextDocumentPositionParams): Location[] {
  const found = targetOf(workspace, params);
  if (!found) return [];
  const { here, view, target } = found;
  const included = target.kind === "member" && target.member?.kind === "include" ? target.member.text : undefined;
  if (included === undefined) return locationsOf(workspace, here, definitionIn(view, target));
  const uri = workspace.hosts.pathsOf({ model: view.model, diagnostics: [], file: 0 })(included, undefined);
  const start = { line: 0, character: 0 };
  return uri && "text" in workspace.files.read(normalize(uri)) ? [{ uri, range: { start, end: start } }] : [];
}

/** The members and names that lead to a key, or to the entries of a member. */
function references(workspace: Workspace, params: ReferenceParams): Location[] {
  const found = targetOf(workspace, params);
  return found ? locationsOf(workspace, found.here, referencesIn(found.view, found.target, params.context)) : [];
}

/** The same, in this file. */
function highlights(workspace: Workspace, params: TextDocumentPositionParams): DocumentHighlight[] {
  const found = targetOf(workspace, params);
  if (!found) return [];
  const { here, view, target } = found;
  const definitions = definitionIn(view, target);
  return referencesIn(view, target, { includeDeclaration: true })
    .filter(({ file }) => file === view.source.id)
    .map((span) => ({
      range: rangeOf(here, span),
      kind: definitions.some(({ file, start }) => file === span.file && start === span.start)
        ? DocumentHighlightKind.Write
        : DocumentHighlightKind.Read,
    }));
}

/** The key that a place names, to be changed. */
function prepareRename(workspace: Workspace, { textDocument, position }: TextDocumentPositionParams) {
  const here = hereAt(workspace, textDocument);
  const prepared = here && prepareRenameKey(here.views[0], here.document.offsetAt(position));
  if (!prepared || "refused" in prepared) return prepared;
  return { range: rangeOf(here, prepared.span), placeholder: prepared.placeholder };
}

/** Another name for a key, wherever it is named. */
function rename(workspace: Workspace, { textDocument, position, newName }: RenameParams): WorkspaceEdit | Refusal {
  const here = hereAt(workspace, textDocument);
  const result = here ? renameKey(here.views[0], here.document.offsetAt(position), newName) : noName;
  if ("refused" in result) return result;
  const spans = result.edits.map(({ span }) => span);
  const changes: Record<string, TextEdit[]> = {};
  for (const { uri, range } of here ? locationsOf(workspace, here, spans) : []) {
    changes[uri] = [...(changes[uri] ?? []), { range, newText: newName }];
  }
  return { changes };
}

/** What stands at a place, and who reads the file as what. */
function hover(workspace: Workspace, { textDocument, position }: TextDocumentPositionParams): Hover | null {
  const here = hereAt(workspace, textDocument);
  const found = here && hoverTable(here.views, here.document.offsetAt(position));
  return found ? { contents: toMarkdown(found.markdown), range: rangeOf(here, found.span) } : null;
}

/** Whom the key or the member at a place stands for. */
function recipient(workspace: Workspace, { textDocument, position }: TextDocumentPositionParams): string | undefined {
  const here = hereAt(workspace, textDocument);
  return here && recipientAt(here.views[0], here.document.offsetAt(position));
}

/** Users, aliases and domains; for a client that asked by itself at a space, where only the value is missing. */
function completion(
  workspace: Workspace,
  { textDocument, position }: TextDocumentPositionParams,
  isUnasked: boolean,
): Suggestion[] {
  const here = hereAt(workspace, textDocument);
  if (!here) return [];
  const users = workspace.hosts.systemUsersOf(here.main);
  const items = completeTable(here.views[0], here.document.offsetAt(position), users, isUnasked);
  return items.map((item) => toSuggestion(item, rangeOf(here, item.span)));
}

/** The keys of the file. */
function symbols(workspace: Workspace, { textDocument }: AboutFile): DocumentSymbol[] {
  const here = hereAt(workspace, textDocument);
  if (!here) return [];
  return tableSymbols(here.views[0]).map(({ name, detail, span, selection }) => ({
    name,
    detail,
    kind: SymbolKind.Key,
    range: rangeOf(here, span),
    selectionRange: rangeOf(here, selection),
  }));
}

/** The colours of the file, or of a part of it. */
function tokens(workspace: Workspace, { textDocument, range }: AboutFile & { range?: Range }): SemanticTokens {
  const here = hereAt(workspace, textDocument);
  if (!here) return { data: [] };
  const builder = new SemanticTokensBuilder();
  const { document } = here;
  const part = range && { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
  for (const { span, type, modifiers } of tableTokens(here.views[0], part)) {
    const { line, character } = document.positionAt(span.start);
    const bits = modifiers.reduce((sum, modifier) => sum | (1 << tokenModifiers.indexOf(modifier)), 0);
    const length = document.positionAt(span.end).character - character;
    builder.push(line, character, length, tokenTypes.indexOf(type), bits);
  }
  // Without an id for its result nobody asks for differences to it.
  return { data: builder.build().data };
}

interface AboutFile {
  readonly textDocument: TextDocumentIdentifier;
}

/** The answers to the requests of LSP. */
export const tableAnswers = {
  configuration,
  definition,
  references,
  highlights,
  prepareRename,
  rename,
  hover,
  recipient,
  completion,
  symbols,
  tokens,
};
