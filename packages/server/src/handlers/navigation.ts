import {
  definition,
  documentLinks,
  documentSymbols,
  highlight,
  implementation,
  noName,
  prepareRename,
  type Refusal,
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
  type PrepareRenameParams,
  type Range,
  type ReferenceParams,
  type RenameParams,
  ResponseError,
  type SymbolInformation,
  SymbolKind,
  type TextDocumentPositionParams,
} from "vscode-languageserver";
import type { DocumentContext } from "../document-context.ts";
import type { TestFeatures } from "../policy-tests/features.ts";
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

/** What a rename is about. */
interface NamePlace extends DocumentContext {
  readonly offset: number;
  /** Of a name in a test. */
  readonly range?: Range;
  readonly tests: TestFeatures | undefined;
}

/** Tells the user why a name cannot be changed. */
function unlessRefused<T extends object>(result: T | Refusal): T {
  if ("refused" in result) throw refusal(result);
  return result as T;
}

const refusal = ({ refused }: Refusal) => new ResponseError(ErrorCodes.InvalidRequest, refused);

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
  /** The name at a place of a document, with what turns the places of its configuration into the client's; in a test the name that it has from there. */
  async function nameAt({ textDocument, position }: TextDocumentPositionParams): Promise<NamePlace | undefined> {
    const main = workspace.mainOf(textDocument.uri);
    if (session.tests.has(textDocument)) {
      const tests = await session.tests.features();
      const found = tests.nameAt({ textDocument, position });
      return found && { ...found, tests, converter: workspace.converterFor(found.view.model) };
    }
    const tests = await session.tests.featuresFor(main);
    const here = session.documentAt(textDocument);
    return here && { ...here, offset: here.converter.offset(here.view.file, position), tests };
  }
  connection.onReferences(
    session.guarded<ReferenceParams, Location[]>([], async (params) => {
      const ofTable = session.ofTable(params, (tables, workspace) => tables.references(workspace, params));
      if (ofTable) return ofTable;
      const name = await nameAt(params);
      if (!name) return [];
      const { view, offset, converter, tests } = name;
      return references(view, offset, params.context.includeDeclaration)
        .map((span) => converter.location(span))
        .concat(tests?.references(view, offset) ?? []);
    }),
  );
  connection.onDocumentHighlight(
    session.guarded<DocumentHighlightParams, DocumentHighlight[]>([], async (params) => {
      const ofTable = session.ofTable(params, (tables, workspace) => tables.highlights(workspace, params));
      if (ofTable) return ofTable;
      if (session.tests.has(params.textDocument)) {
        const name = await nameAt(params);
        const places = name?.tests?.references(name.view, name.offset) ?? [];
        return places
          .filter(({ uri }) => uri === params.textDocument.uri)
          .map(({ range }) => ({ range, kind: DocumentHighlightKind.Read }));
      }
      return session.answerAt<DocumentHighlight[]>(params, [], (view, offset, converter) =>
        highlight(view, offset).map(({ span, kind }) => ({
          range: converter.range(span),
          kind: kind === "write" ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
        })),
      );
    }),
  );
  connection.onPrepareRename((params, token) => session.whenRead(params, token, () => prepared(params)));
  const prepared = async (params: PrepareRenameParams) => {
    const ofTable = session.ofTable(params, (tables, workspace) => tables.prepareRename(workspace, params));
    if (ofTable) return ofTable.then((found) => (found ? unlessRefused(found) : null));
    const name = await nameAt(params);
    const found = name && prepareRename(name.view, name.offset);
    if (!found) return null;
    const { span, placeholder } = unlessRefused(found);
    return { range: name.range ?? name.converter.range(span), placeholder };
  };
  connection.onRenameRequest((params, token) => session.whenRead(params, token, () => renamed(params)));
  const renamed = async (params: RenameParams) => {
    const ofTable = session.ofTable(params, (tables, workspace) => tables.rename(workspace, params));
    if (ofTable) return ofTable.then(unlessRefused);
    const name = await nameAt(params);
    if (!name) throw refusal(noName);
    const { view, offset, converter, tests } = name;
    const { changes = {} } = converter.workspaceEdit(unlessRefused(rename(view, offset, params.newName)).edits);
    const newText = testText(params.newName);
    for (const { uri, range } of tests?.references(view, offset) ?? []) {
      changes[uri] = [...(changes[uri] ?? []), { range, newText }];
    }
    return { changes };
  };
  connection.onDocumentLinks(
    session.guarded([], ({ textDocument }) => {
      const here = session.documentAt(textDocument);
      if (!here) return [];
      const uriOf = workspace.hosts.pathsOf(here.view);
      return documentLinks(here.view).flatMap(({ span, path, file }) => {
        const target = uriOf(path, file);
        return target ? [{ range: here.converter.range(span), target }] : [];
      });
    }),
  );
  connection.onDocumentSymbol(
    session.guarded<DocumentSymbolParams, DocumentSymbol[] | SymbolInformation[]>([], async ({ textDocument }) => {
      const known = session.clientCapabilities.symbolKinds;
      const withKnownKinds = (symbol: DocumentSymbol): DocumentSymbol => {
        const { kind, children } = symbol;
        // There may be thousands, and most clients know all kinds.
        if (!children && known.has(kind)) return symbol;
        const below = children && { children: children.map(withKnownKinds) };
        return { ...symbol, kind: kindFor(kind, known), ...below };
      };
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
    const rangeOf = here.converter.rangesIn(here.view.file);
    return documentSymbols(here.view).map(({ name, detail, kind, span, selection }) => {
      const range = rangeOf(span);
      const selectionRange = selection === span ? range : rangeOf(selection);
      // Of the thousands that there may be, most have none.
      const own = detail === "" ? undefined : { detail };
      return { name, ...own, kind: symbolKinds[kind] ?? SymbolKind.Property, range, selectionRange };
    });
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
