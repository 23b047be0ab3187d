import {
  definition,
  documentLinks,
  documentSymbols,
  highlight,
  implementation,
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
  type DocumentHighlightParams,
  type DocumentSymbol,
  type DocumentSymbolParams,
  ErrorCodes,
  type ImplementationParams,
  type Location,
  type LocationLink,
  type ReferenceParams,
  type RenameParams,
  ResponseError,
  type SymbolInformation,
  SymbolKind,
} from "vscode-languageserver";
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

/** A kind that the client knows. */
const kindFor = (kind: SymbolKind, known: ReadonlySet<number>): SymbolKind =>
  known.has(kind) ? kind : SymbolKind.Property;

/** The same for a client that knows no trees. */
const flat = (uri: string, symbols: readonly DocumentSymbol[], containerName?: string): SymbolInformation[] =>
  symbols.flatMap(({ name, kind, range, children = [] }) => [
    { name, kind, location: { uri, range }, ...(containerName !== undefined && { containerName }) },
    ...flat(uri, children, name),
  ]);

/** From a name to its other places, and from a file to what it defines. */
export function serveNavigation(session: Session): void {
  const { connection, workspace } = session;
  /** With what leads there and the whole statement, for a client that takes links. */
  const definitionAt = (takesLinks: () => boolean) =>
    session.guarded<DefinitionParams, Location[] | LocationLink[]>([], async (params) => {
      if (session.tests.has(params.textDocument)) return (await session.tests.features()).definition(params);
      const ofTable = session.ofTable(params, (tables, workspace) => tables.definition(workspace, params));
      if (ofTable) return ofTable;
      return session.answerAt<Location[] | LocationLink[]>(params, [], (view, offset, converter) => {
        const found = definition(view, offset);
        if (!takesLinks()) return found.map(({ name }) => converter.location(name));
        return found.map(({ origin, statement, name }) => ({
          originSelectionRange: converter.range(origin),
          targetUri: converter.uri(name),
          targetRange: converter.range(statement),
          targetSelectionRange: converter.range(name),
        }));
      });
    });
  connection.onDefinition(definitionAt(() => session.clientCapabilities.definitionLinks));
  // A name has no declaration beside its definition; some editors have a key for it.
  connection.onDeclaration(definitionAt(() => session.clientCapabilities.declarationLinks));
  connection.onImplementation(
    session.guarded<ImplementationParams, Location[]>([], (params) =>
      session.answerAt<Location[]>(params, [], (view, offset, converter) =>
        implementation(view, offset).map((span) => converter.location(span)),
      ),
    ),
  );
  connection.onReferences(
    session.guarded<ReferenceParams, Location[]>([], async (params) => {
      const ofTable = session.ofTable(params, (tables, workspace) => tables.references(workspace, params));
      if (ofTable) return ofTable;
      const tests = await session.tests.featuresFor(workspace.mainOf(params.textDocument.uri));
      return session.answerAt<Location[]>(params, [], (view, offset, converter) =>
        references(view, offset, params.context.includeDeclaration)
          .map((span) => converter.location(span))
          .concat(tests?.references(view, offset) ?? []),
      );
    }),
  );
  connection.onDocumentHighlight(
    session.guarded<DocumentHighlightParams, DocumentHighlight[]>(
      [],
      (params) =>
        session.ofTable(params, (tables, workspace) => tables.highlights(workspace, params)) ??
        session.answerAt<DocumentHighlight[]>(params, [], (view, offset, converter) =>
          highlight(view, offset).map(({ span, kind }) => ({
            range: converter.range(span),
            kind: kind === "write" ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
          })),
        ),
    ),
  );
  connection.onPrepareRename((params, token) =>
    session.whenRead(params, token, () =>
      session.answerAt(params, null, (view, offset, converter) => {
        const prepared = prepareRename(view, offset);
        if (!prepared) return null;
        if ("refused" in prepared) throw new ResponseError(ErrorCodes.InvalidRequest, prepared.refused);
        return { range: converter.range(prepared.span), placeholder: prepared.placeholder };
      }),
    ),
  );
  connection.onRenameRequest((params, token) => session.whenRead(params, token, () => renamed(params)));
  const renamed = async (params: RenameParams) => {
    const tests = await session.tests.featuresFor(workspace.mainOf(params.textDocument.uri));
    return session.answerAt(params, null, (view, offset, converter) => {
      const result = rename(view, offset, params.newName);
      if ("refused" in result) throw new ResponseError(ErrorCodes.InvalidRequest, result.refused);
      const { changes = {} } = converter.workspaceEdit(result.edits);
      const newText = testText(params.newName);
      for (const { uri, range } of tests?.references(view, offset) ?? []) {
        changes[uri] = [...(changes[uri] ?? []), { range, newText }];
      }
      return { changes };
    });
  };
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
    session.guarded<DocumentSymbolParams, DocumentSymbol[] | SymbolInformation[]>([], async ({ textDocument }) => {
      const known = session.clientCapabilities.symbolKinds;
      const withKnownKinds = (symbol: DocumentSymbol): DocumentSymbol => ({
        ...symbol,
        kind: kindFor(symbol.kind, known),
        ...(symbol.children && { children: symbol.children.map(withKnownKinds) }),
      });
      const symbols = (await symbolsOf(textDocument)).map(withKnownKinds);
      return session.clientCapabilities.symbolTrees ? symbols : flat(textDocument.uri, symbols);
    }),
  );
  async function symbolsOf(textDocument: DocumentSymbolParams["textDocument"]): Promise<DocumentSymbol[]> {
    if (session.tests.has(textDocument)) return (await session.tests.features()).symbols(textDocument.uri);
    const ofTable = session.ofTable({ textDocument }, (tables, workspace) =>
      tables.symbols(workspace, { textDocument }),
    );
    if (ofTable) return ofTable;
    const here = session.documentAt(textDocument);
    if (!here) return [];
    return documentSymbols(here.view).map(({ name, detail, kind, span, selection }) => ({
      name,
      detail,
      kind: symbolKinds[kind] ?? SymbolKind.Property,
      range: here.converter.range(span),
      selectionRange: here.converter.range(selection),
    }));
  }
  connection.onWorkspaceSymbol(
    session.guarded([], ({ query }) => {
      const mains = new Set(workspace.openDocuments.map(({ uri }) => workspace.mainOf(uri)));
      return [...mains].flatMap((main) => {
        const { model } = workspace.analysisOf(main);
        const converter = workspace.converterFor(model);
        return workspaceSymbols({ model }, query).map(({ name, kind, span }) => ({
          name,
          kind: kindFor(symbolKinds[kind] ?? SymbolKind.Property, session.clientCapabilities.workspaceSymbolKinds),
          location: converter.location(span),
        }));
      });
    }),
  );
}
