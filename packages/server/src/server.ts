import { type Edit, fix, formatText } from "@smtpdlint/analysis";
import {
  CodeActionKind,
  type CompletionItem,
  CompletionItemKind,
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type DocumentHighlight,
  DocumentHighlightKind,
  ErrorCodes,
  type Hover,
  type InitializeResult,
  InsertTextFormat,
  type Location,
  MarkupKind,
  MessageType,
  type Range,
  ResponseError,
  type SelectionRange,
  type SemanticTokens,
  SemanticTokensBuilder,
  type SemanticTokensDelta,
  type SemanticTokensDeltaParams,
  ShowMessageNotification,
  type SignatureHelp,
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
import { codeLenses } from "./features/code-lens.ts";
import { type Completion, complete, completionTriggers } from "./features/completion.ts";
import { definition } from "./features/definition.ts";
import { documentLinks } from "./features/document-link.ts";
import { documentSymbols } from "./features/document-symbol.ts";
import { foldingRanges } from "./features/folding-range.ts";
import { highlight } from "./features/highlight.ts";
import { hover } from "./features/hover.ts";
import { inlayHints } from "./features/inlay-hint.ts";
import { refactorings } from "./features/refactor.ts";
import { references } from "./features/references.ts";
import { prepareRename, rename } from "./features/rename.ts";
import { selectionRanges } from "./features/selection-range.ts";
import { semanticTokens, tokenModifiers, tokenTypes } from "./features/semantic-tokens.ts";
import { signatureHelp, signatureTriggers } from "./features/signature-help.ts";
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

const completionKinds: Readonly<Record<Completion["kind"], CompletionItemKind>> = {
  keyword: CompletionItemKind.Keyword,
  name: CompletionItemKind.Reference,
  value: CompletionItemKind.Value,
  macro: CompletionItemKind.Constant,
  rule: CompletionItemKind.Event,
  file: CompletionItemKind.File,
  folder: CompletionItemKind.Folder,
  snippet: CompletionItemKind.Snippet,
};

const toMarkdown = (value: string) => ({ kind: MarkupKind.Markdown, value });

interface Here {
  readonly view: View;
  readonly converter: Converter;
}

const offsetsOf = ({ view, converter }: Here, { start, end }: Range) => ({
  start: converter.offset(view.file, start),
  end: converter.offset(view.file, end),
});

/** A command of the client's, with a document, a place in it, and the places to show. */
const showReferences = "smtpdlint.showReferences";
const showPage = "smtpdlint.showPage";

/** Serves a client over `connection`. Runs nothing, opens no network, and writes no file. */
export function startServer(connection: Connection, platform: Platform, version: string): void {
  const documents = new TextDocuments(TextDocument);
  const workspace = new Workspace(platform);
  const publisher = new Publisher(connection, workspace);
  let can = { pull: false, snippets: false, configuration: false, folders: false, watch: false, showDocument: false };

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
  const at = ({ uri }: TextDocumentIdentifier): Here | undefined => {
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
      snippets: textDocument?.completion?.completionItem?.snippetSupport === true,
      configuration: ofWorkspace?.configuration === true,
      folders: ofWorkspace?.workspaceFolders === true,
      watch: ofWorkspace?.didChangeWatchedFiles?.dynamicRegistration === true,
      showDocument: window?.showDocument?.support === true,
    };
    publisher.canShowProgress = window?.workDoneProgress === true;
    workspace.setFolders(workspaceFolders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : []));
    workspace.setSettings((initializationOptions as ClientSettings | undefined) ?? {});
    return {
      serverInfo: { name: "smtpdlint", version },
      capabilities: {
        positionEncoding: "utf-16",
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
        diagnosticProvider: { interFileDependencies: true, workspaceDiagnostics: true },
        codeActionProvider: {
          codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.RefactorExtract, CodeActionKind.SourceFixAll],
        },
        executeCommandProvider: { commands: [showPage] },
        completionProvider: { triggerCharacters: [...completionTriggers] },
        hoverProvider: true,
        signatureHelpProvider: { triggerCharacters: [...signatureTriggers] },
        definitionProvider: true,
        referencesProvider: true,
        documentHighlightProvider: true,
        renameProvider: { prepareProvider: true },
        documentLinkProvider: {},
        documentSymbolProvider: true,
        workspaceSymbolProvider: true,
        foldingRangeProvider: true,
        selectionRangeProvider: true,
        semanticTokensProvider: {
          legend: { tokenTypes: [...tokenTypes], tokenModifiers: [...tokenModifiers] },
          full: { delta: true },
          range: true,
        },
        inlayHintProvider: true,
        codeLensProvider: {},
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
    tokenBuilders.delete(document.uri);
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
      const { start, end } = offsetsOf(here, range);
      const wants = (kind: string) => !context.only || context.only.some((only) => kind.startsWith(only));
      const actions = [...codeActions(view, start, end), ...refactorings(view, start, end), ...fixAll(view)].filter(
        ({ kind }) => wants(kind),
      );
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

  connection.onCompletion(
    guarded([], (params) =>
      answerAt<CompletionItem[]>(params, [], (view, offset, converter) => {
        const list = (path: string) => platform.list(workspace.uriOfPath(path, view, undefined) ?? "");
        return complete(view, offset, { snippets: can.snippets, list }).map((item) => ({
          label: item.label,
          kind: completionKinds[item.kind],
          textEdit: { range: converter.range(item.span), newText: item.text },
          filterText: item.filter,
          sortText: `${item.rank}${item.label}`,
          insertTextFormat: item.kind === "snippet" ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
          ...(item.detail !== undefined && { detail: item.detail }),
          ...(item.documentation !== undefined && { documentation: toMarkdown(item.documentation) }),
        }));
      }),
    ),
  );
  connection.onHover(
    guarded(null, (params) =>
      answerAt<Hover | null>(params, null, (view, offset, converter) => {
        const found = hover(view, offset);
        return found ? { contents: toMarkdown(found.markdown), range: converter.range(found.span) } : null;
      }),
    ),
  );
  connection.onSignatureHelp(
    guarded(null, (params) =>
      answerAt<SignatureHelp | null>(params, null, (view, offset) => {
        const signatures = signatureHelp(view, offset);
        if (signatures.length === 0) return null;
        return {
          signatures: signatures.map(({ label, help, parts, active }) => ({
            label,
            documentation: help,
            parameters: parts.map(({ start, end }) => ({ label: [start, end] as [number, number] })),
            ...(active !== undefined && { activeParameter: active }),
          })),
          activeSignature: signatures.length - 1,
        };
      }),
    ),
  );
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

  connection.onFoldingRanges(
    guarded([], ({ textDocument }) => {
      const here = at(textDocument);
      if (!here) return [];
      return foldingRanges(here.view).map(({ span, kind }) => {
        const { start, end } = here.converter.range(span);
        return { startLine: start.line, endLine: end.line, kind };
      });
    }),
  );
  connection.onSelectionRanges(
    guarded([], ({ textDocument, positions }) => {
      const here = at(textDocument);
      if (!here) return [];
      const { view, converter } = here;
      return positions.map((position) => {
        const spans = selectionRanges(view, converter.offset(view.file, position));
        const outermost: SelectionRange = { range: { start: position, end: position } };
        return (
          spans.reduceRight<SelectionRange | undefined>(
            (parent, span) => ({ range: converter.range(span), ...(parent && { parent }) }),
            undefined,
          ) ?? outermost
        );
      });
    }),
  );

  /** The last tokens of each document, to tell what has changed. */
  const tokenBuilders = new Map<string, SemanticTokensBuilder>();
  const fillTokens = (
    builder: SemanticTokensBuilder,
    { view, converter }: Here,
    range?: { start: number; end: number },
  ) => {
    for (const { span, type, modifiers } of semanticTokens(view, range)) {
      const { line, character } = converter.position(view.file, span.start);
      const bits = modifiers.reduce((sum, modifier) => sum | (1 << tokenModifiers.indexOf(modifier)), 0);
      builder.push(line, character, span.end - span.start, tokenTypes.indexOf(type), bits);
    }
  };
  connection.languages.semanticTokens.on(
    guarded({ data: [] }, ({ textDocument }) => {
      const here = at(textDocument);
      if (!here) return { data: [] };
      const builder = new SemanticTokensBuilder();
      tokenBuilders.set(textDocument.uri, builder);
      fillTokens(builder, here);
      return builder.build();
    }),
  );
  connection.languages.semanticTokens.onDelta(
    guarded<SemanticTokensDeltaParams, SemanticTokensDelta | SemanticTokens>(
      { data: [] },
      ({ textDocument, previousResultId }) => {
        const here = at(textDocument);
        if (!here) return { data: [] };
        const builder = tokenBuilders.get(textDocument.uri) ?? new SemanticTokensBuilder();
        tokenBuilders.set(textDocument.uri, builder);
        builder.previousResult(previousResultId);
        fillTokens(builder, here);
        return builder.buildEdits();
      },
    ),
  );
  connection.languages.semanticTokens.onRange(
    guarded({ data: [] }, ({ textDocument, range }) => {
      const here = at(textDocument);
      if (!here) return { data: [] };
      const builder = new SemanticTokensBuilder();
      fillTokens(builder, here, offsetsOf(here, range));
      return builder.build();
    }),
  );
  connection.languages.inlayHint.on(
    guarded([], ({ textDocument, range }) => {
      const here = at(textDocument);
      if (!here) return [];
      const { start, end } = offsetsOf(here, range);
      const options = workspace.clientSettings.inlayHints ?? {};
      return inlayHints(here.view, start, end, options).map(({ offset, label, tooltip, padding }) => ({
        position: here.converter.position(here.view.file, offset),
        label,
        tooltip,
        ...(padding === "left" ? { paddingLeft: true } : { paddingRight: true }),
      }));
    }),
  );
  connection.onCodeLens(
    guarded([], ({ textDocument }) => {
      const here = at(textDocument);
      if (!here) return [];
      return codeLenses(here.view).map(({ span, title, places }) => {
        const range = here.converter.range(span);
        const locations = places.map((place) => here.converter.location(place));
        // A client that does not know the command shows the text all the same.
        const command = { title, command: places.length > 0 ? showReferences : "" };
        return { range, command: { ...command, arguments: [textDocument.uri, range.start, locations] } };
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
      return format(textDocument, offsetsOf(here, range));
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
