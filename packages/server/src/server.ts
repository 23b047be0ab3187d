import { type Edit, fix, formatText } from "@smtpdlint/analysis";
import {
  CodeActionKind,
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type DocumentHighlight,
  DocumentHighlightKind,
  ErrorCodes,
  type InitializeResult,
  type Location,
  MessageType,
  ResponseError,
  ShowMessageNotification,
  SymbolKind,
  type TextDocumentIdentifier,
  type TextDocumentPositionParams,
  TextDocumentSyncKind,
  TextDocuments,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { Converter } from "./convert.ts";
import { diagnosticsOf, merge, Publisher } from "./diagnostics.ts";
import { type Action, codeActions, difference } from "./features/code-action.ts";
import { definition } from "./features/definition.ts";
import { documentLinks } from "./features/document-link.ts";
import { documentSymbols } from "./features/document-symbol.ts";
import { highlight } from "./features/highlight.ts";
import { references } from "./features/references.ts";
import { prepareRename, rename } from "./features/rename.ts";
import { workspaceSymbols } from "./features/workspace-symbol.ts";
import type { Platform } from "./platform.ts";
import type { View } from "./view.ts";
import { type ClientSettings, normalize, Workspace } from "./workspace.ts";

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

const showPage = "smtpdlint.showPage";

/** Serves a client over `connection`. Runs nothing, opens no network, and writes no file. */
export function startServer(connection: Connection, platform: Platform, version: string): void {
  const documents = new TextDocuments(TextDocument);
  const workspace = new Workspace(platform);
  const publisher = new Publisher(connection, workspace);
  let can = { pull: false, configuration: false, folders: false, watch: false, showDocument: false };

  /** A feature that fails costs its own answer, and nothing else. */
  const guarded = <P, R>(empty: R, answer: (params: P) => R) => {
    return (params: P): R => {
      try {
        return answer(params);
      } catch (error) {
        connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
        return empty;
      }
    };
  };

  /** The document of a request, with what turns its places into ours. */
  const at = ({ uri }: TextDocumentIdentifier): { view: View; converter: Converter } | undefined => {
    const view = workspace.viewOf(uri);
    return view && { view, converter: new Converter(view.model, (path) => workspace.clientUri(path)) };
  };

  const changed = () => {
    workspace.forget();
    if (!can.pull) publisher.schedule();
    else void connection.languages.diagnostics.refresh();
  };

  connection.onInitialize(({ capabilities, workspaceFolders, rootUri, initializationOptions }): InitializeResult => {
    const { textDocument, workspace: ofWorkspace, window } = capabilities;
    can = {
      pull: textDocument?.diagnostic !== undefined,
      configuration: ofWorkspace?.configuration === true,
      folders: ofWorkspace?.workspaceFolders === true,
      watch: ofWorkspace?.didChangeWatchedFiles?.dynamicRegistration === true,
      showDocument: window?.showDocument?.support === true,
    };
    workspace.setFolders(workspaceFolders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : []));
    workspace.setSettings((initializationOptions as ClientSettings | undefined) ?? {});
    return {
      serverInfo: { name: "smtpdlint", version },
      capabilities: {
        positionEncoding: "utf-16",
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
        diagnosticProvider: { interFileDependencies: true, workspaceDiagnostics: true },
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.SourceFixAll] },
        executeCommandProvider: { commands: [showPage] },
        definitionProvider: true,
        referencesProvider: true,
        documentHighlightProvider: true,
        renameProvider: { prepareProvider: true },
        documentLinkProvider: {},
        documentSymbolProvider: true,
        workspaceSymbolProvider: true,
        documentFormattingProvider: true,
        documentRangeFormattingProvider: true,
        documentOnTypeFormattingProvider: { firstTriggerCharacter: "\n" },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
    };
  });

  connection.onInitialized(async () => {
    if (can.folders) {
      connection.workspace.onDidChangeWorkspaceFolders(async () => {
        const folders = await connection.workspace.getWorkspaceFolders();
        workspace.setFolders(folders?.map(({ uri }) => uri) ?? []);
        changed();
      });
    }
    if (can.watch) {
      const watchers = [{ globPattern: "**/*" }];
      await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
    }
    if (can.configuration) {
      await connection.client.register(DidChangeConfigurationNotification.type, { section: "smtpdlint" });
      await readSettings();
    }
  });

  const readSettings = async () => {
    const settings: ClientSettings | null = await connection.workspace.getConfiguration("smtpdlint");
    workspace.setSettings(settings ?? {});
    changed();
  };

  connection.onDidChangeConfiguration(async ({ settings }) => {
    if (can.configuration) return readSettings();
    workspace.setSettings((settings as { smtpdlint?: ClientSettings } | null)?.smtpdlint ?? {});
    changed();
  });
  connection.onDidChangeWatchedFiles(changed);

  documents.onDidChangeContent(({ document }) => {
    workspace.open(document);
    if (!can.pull) publisher.schedule();
  });
  documents.onDidClose(({ document }) => {
    workspace.close(document.uri);
    if (!can.pull) publisher.schedule();
  });

  connection.languages.diagnostics.on(
    guarded({ kind: "full", items: [], relatedDocuments: {} }, ({ textDocument: { uri } }) => {
      const found = diagnosticsOf(workspace, workspace.mainOf(uri));
      const key = workspace.clientUri(normalize(uri));
      const related = [...found].filter(([other]) => other !== key);
      return {
        kind: "full" as const,
        items: found.get(key) ?? [],
        relatedDocuments: Object.fromEntries(
          related.map(([other, items]) => [other, { kind: "full" as const, items }]),
        ),
      };
    }),
  );
  connection.languages.diagnostics.onWorkspace(
    guarded({ items: [] }, () => {
      const found = new Map<string, ReturnType<typeof merge>>();
      for (const main of new Set(workspace.openDocuments.map(({ uri }) => workspace.mainOf(uri)))) {
        for (const [uri, items] of diagnosticsOf(workspace, main)) found.set(uri, merge(found.get(uri) ?? [], items));
      }
      return { items: [...found].map(([uri, items]) => ({ kind: "full" as const, uri, version: null, items })) };
    }),
  );

  connection.onCodeAction(
    guarded([], ({ textDocument, range, context }) => {
      const here = at(textDocument);
      if (!here) return [];
      const { view, converter } = here;
      const [start, end] = [converter.offset(view.file, range.start), converter.offset(view.file, range.end)];
      const wants = (kind: string) => !context.only || context.only.some((only) => kind.startsWith(only));
      const actions = [...codeActions(view, start, end), ...fixAll(view)].filter(({ kind }) => wants(kind));
      return actions.map((action) => toCodeAction(action, converter));
    }),
  );

  /** All safe fixes of this document at once. */
  function fixAll(view: View): Action[] {
    const source = view.model.files[view.file];
    const main = view.model.files[0];
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

  function toCodeAction({ title, kind, diagnostic, preferred, edits, url }: Action, converter: Converter) {
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
    if (can.showDocument) await connection.window.showDocument({ uri: url, external: true });
    else await connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message: url });
  });

  /** The answer of a feature to a question about a place. */
  const answerAt = <R>(
    { textDocument, position }: TextDocumentPositionParams,
    empty: R,
    answer: (view: View, offset: number, converter: Converter) => R,
  ): R => {
    const here = at(textDocument);
    return here ? answer(here.view, here.converter.offset(here.view.file, position), here.converter) : empty;
  };

  connection.onDefinition(
    guarded([], (params) =>
      answerAt<Location[]>(params, [], (view, offset, converter) =>
        definition(view, offset).map((span) => converter.location(span)),
      ),
    ),
  );
  connection.onReferences(
    guarded([], (params) =>
      answerAt<Location[]>(params, [], (view, offset, converter) =>
        references(view, offset, params.context.includeDeclaration).map((span) => converter.location(span)),
      ),
    ),
  );
  connection.onDocumentHighlight(
    guarded([], (params) =>
      answerAt<DocumentHighlight[]>(params, [], (view, offset, converter) =>
        highlight(view, offset).map(({ span, kind }) => ({
          range: converter.range(span),
          kind: kind === "write" ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
        })),
      ),
    ),
  );
  connection.onPrepareRename((params) =>
    answerAt(params, null, (view, offset, converter) => {
      const prepared = prepareRename(view, offset);
      if (!prepared) return null;
      if ("refused" in prepared) throw new ResponseError(ErrorCodes.InvalidRequest, prepared.refused);
      return { range: converter.range(prepared.span), placeholder: prepared.placeholder };
    }),
  );
  connection.onRenameRequest((params) =>
    answerAt(params, null, (view, offset, converter) => {
      const result = rename(view, offset, params.newName);
      if ("refused" in result) throw new ResponseError(ErrorCodes.InvalidRequest, result.refused);
      return converter.workspaceEdit(result.edits);
    }),
  );
  connection.onDocumentLinks(
    guarded([], ({ textDocument }) => {
      const here = at(textDocument);
      return (here ? documentLinks(here.view) : []).flatMap(({ span, path, file }) => {
        const target = here && workspace.uriOfPath(path, here.view, file);
        return target ? [{ range: here.converter.range(span), target }] : [];
      });
    }),
  );
  connection.onDocumentSymbol(
    guarded([], ({ textDocument }) => {
      const here = at(textDocument);
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
    guarded([], ({ query }) => {
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

  /** The edits of the formatter in a document, or in a part of it. */
  const format = ({ uri }: TextDocumentIdentifier, range?: { start: number; end: number }) => {
    const here = at({ uri });
    const source = here?.view.model.files[here.view.file];
    if (!here || !source) return [];
    const edits = formatText(source.path, source.text, range ? { range } : {});
    const inFile = ({ span, text }: Edit): Edit => ({ span: { ...span, file: here.view.file }, text });
    return edits.map((edit) => here.converter.textEdit(inFile(edit)));
  };
  connection.onDocumentFormatting(guarded([], ({ textDocument }) => format(textDocument)));
  connection.onDocumentRangeFormatting(
    guarded([], ({ textDocument, range }) => {
      const here = at(textDocument);
      if (!here) return [];
      const { view, converter } = here;
      const start = converter.offset(view.file, range.start);
      return format(textDocument, { start, end: converter.offset(view.file, range.end) });
    }),
  );
  connection.onDocumentOnTypeFormatting(
    guarded([], ({ textDocument, position }) => {
      const here = at(textDocument);
      if (!here || position.line === 0) return [];
      const { view, converter } = here;
      const start = converter.offset(view.file, { line: position.line - 1, character: 0 });
      return format(textDocument, {
        start,
        end: converter.offset(view.file, { line: position.line, character: 0 }) - 1,
      });
    }),
  );

  documents.listen(connection);
  connection.listen();
}
