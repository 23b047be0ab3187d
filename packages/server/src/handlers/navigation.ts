import {
  definition,
  documentLinks,
  documentSymbols,
  highlight,
  prepareRename,
  references,
  rename,
  workspaceSymbols,
} from "@smtpdlint/ide";
import { testText } from "@smtpdlint/lint";
import {
  type DefinitionParams,
  type DocumentHighlight,
  DocumentHighlightKind,
  type DocumentSymbol,
  type DocumentSymbolParams,
  ErrorCodes,
  type Location,
  ResponseError,
  SymbolKind,
} from "vscode-languageserver";
import { Converter } from "../convert.ts";
import type { Session } from "../session.ts";

/** What stands for our statements in an outline. */
const symbolKinds: Readonly<Record<string, SymbolKind>> = {
  action: SymbolKind.Function,
  ca: SymbolKind.Key,
  filter: SymbolKind.Operator,
  include: SymbolKind.File,
  listen: SymbolKind.Interface,
  macro: SymbolKind.Constant,
  match: SymbolKind.Event,
  pki: SymbolKind.Key,
  proc: SymbolKind.Module,
  table: SymbolKind.Array,
  tag: SymbolKind.String,
  wrapper: SymbolKind.Function,
};

/** From a name to its other places, and from a file to what it defines. */
export function serveNavigation(session: Session): void {
  const { connection, workspace } = session;
  connection.onDefinition(
    session.guarded<DefinitionParams, Location[]>([], (params) => {
      if (session.tests.has(params.textDocument)) return session.tests.definition(params);
      return session.answerAt<Location[]>(params, [], (view, offset, converter) =>
        definition(view, offset).map((span) => converter.location(span)),
      );
    }),
  );
  connection.onReferences(
    session.guarded([], (params) =>
      session.answerAt<Location[]>(params, [], (view, offset, converter) =>
        references(view, offset, params.context.includeDeclaration)
          .map((span) => converter.location(span))
          .concat(session.tests.references(view, offset)),
      ),
    ),
  );
  connection.onDocumentHighlight(
    session.guarded([], (params) =>
      session.answerAt<DocumentHighlight[]>(params, [], (view, offset, converter) =>
        highlight(view, offset).map(({ span, kind }) => ({
          range: converter.range(span),
          kind: kind === "write" ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
        })),
      ),
    ),
  );
  connection.onPrepareRename((params) =>
    session.answerAt(params, null, (view, offset, converter) => {
      const prepared = prepareRename(view, offset);
      if (!prepared) return null;
      if ("refused" in prepared) throw new ResponseError(ErrorCodes.InvalidRequest, prepared.refused);
      return { range: converter.range(prepared.span), placeholder: prepared.placeholder };
    }),
  );
  connection.onRenameRequest((params) =>
    session.answerAt(params, null, (view, offset, converter) => {
      const result = rename(view, offset, params.newName);
      if ("refused" in result) throw new ResponseError(ErrorCodes.InvalidRequest, result.refused);
      const { changes = {} } = converter.workspaceEdit(result.edits);
      const newText = testText(params.newName);
      for (const { uri, range } of session.tests.references(view, offset)) {
        changes[uri] = [...(changes[uri] ?? []), { range, newText }];
      }
      return { changes };
    }),
  );
  connection.onDocumentLinks(
    session.guarded([], ({ textDocument }) => {
      const here = session.documentAt(textDocument);
      if (!here) return [];
      const uriOf = workspace.pathsOf(here.view);
      return documentLinks(here.view).flatMap(({ span, path, file }) => {
        const target = uriOf(path, file);
        return target ? [{ range: here.converter.range(span), target }] : [];
      });
    }),
  );
  connection.onDocumentSymbol(
    session.guarded<DocumentSymbolParams, DocumentSymbol[]>([], ({ textDocument }) => {
      if (session.tests.has(textDocument)) return session.tests.symbols(textDocument.uri);
      const here = session.documentAt(textDocument);
      if (!here) return [];
      return documentSymbols(here.view).map(({ name, detail, kind, span, selection }) => ({
        name,
        detail,
        kind: symbolKinds[kind] ?? SymbolKind.Property,
        range: here.converter.range(span),
        selectionRange: here.converter.range(selection),
      }));
    }),
  );
  connection.onWorkspaceSymbol(
    session.guarded([], ({ query }) => {
      const mains = new Set(workspace.openDocuments.map(({ uri }) => workspace.mainOf(uri)));
      return [...mains].flatMap((main) => {
        const { model } = workspace.analysisOf(main);
        const converter = new Converter(model, (path) => workspace.clientUri(path));
        return workspaceSymbols({ model }, query).map(({ name, kind, node }) => ({
          name,
          kind: symbolKinds[kind] ?? SymbolKind.Property,
          location: converter.location(node.span),
        }));
      });
    }),
  );
}
