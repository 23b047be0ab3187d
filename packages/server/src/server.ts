import { completionTriggers, signatureTriggers, tokenModifiers, tokenTypes } from "@smtpdlint/ide";
import {
  CodeLensRefreshRequest,
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type InitializeResult,
  MessageType,
  ShowMessageNotification,
  TextDocumentSyncKind,
  TextDocuments,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { readCapabilities } from "./client-capabilities.ts";
import { readClientSettings } from "./client-settings.ts";
import { Publisher } from "./diagnostics.ts";
import { isJson, isTests } from "./document-kinds.ts";
import { normalize } from "./file-uris.ts";
import { serveAppearance } from "./handlers/appearance.ts";
import { codeActionKinds, serveCodeActions } from "./handlers/code-actions.ts";
import { serveCodeLenses } from "./handlers/code-lenses.ts";
import { commandsFor, serveCommands } from "./handlers/commands.ts";
import { serveDiagnostics } from "./handlers/diagnostics.ts";
import { serveFormatting } from "./handlers/formatting.ts";
import { serveLanguages } from "./handlers/languages.ts";
import { serveMailWay } from "./handlers/mail-way.ts";
import { serveMovedFiles } from "./handlers/moved-files.ts";
import { serveNavigation } from "./handlers/navigation.ts";
import { serveMessages, servePages } from "./handlers/pages.ts";
import { servePolicyTests } from "./handlers/policy-tests.ts";
import { registerSettings } from "./handlers/settings.ts";
import { serveTarget } from "./handlers/target.ts";
import { serveTyping } from "./handlers/typing.ts";
import type { Platform } from "./platform.ts";
import { HeadDifferences } from "./policy-diff/head-differences.ts";
import { PolicyTests } from "./policy-tests/policy-tests.ts";
import { updateDocument } from "./position-encoding.ts";
import { Session } from "./session.ts";
import { SettingsDiagnostics } from "./settings-diagnostics.ts";
import { readOpen } from "./turns.ts";
import { WarmUp } from "./warm-up.ts";
import { Workspace } from "./workspace.ts";

/** Milliseconds in which a client asks for diagnostics that means to. */
const patienceWithPulls = 1000;

/** Milliseconds without a key before other documents are asked for again. */
const refreshDelay = 300;

/** Characters of a document whose memory is worth giving back, and the milliseconds by which all is said about its end. */
const muchText = 1_000_000;
const reclaimDelay = 1000;

/** Serves a client over `connection`. Runs nothing but git, where a setting or a command wants it, opens no network, and writes no file. */
export function startServer(connection: Connection, platform: Platform, version: string): void {
  const workspace = new Workspace(platform);
  const documents = new TextDocuments({
    create: TextDocument.create,
    update: (document: TextDocument, changes, version) =>
      updateDocument(document, changes, version, workspace.client.positionEncoding),
  });
  const tests = new PolicyTests(workspace, platform);
  const settingsDiagnostics = new SettingsDiagnostics(workspace);
  const publisher = new Publisher(connection, workspace, tests, settingsDiagnostics);
  const head = new HeadDifferences(workspace, platform.git);
  const session = new Session(connection, workspace, tests, head);
  const warmUp = new WarmUp(workspace);

  // A client that says it will ask gets some time to do so, and then is told: some never ask.
  const publish = () => {
    if (session.hasPulled) return;
    if (!session.clientCapabilities.pull) publisher.schedule();
    else setTimeout(() => session.hasPulled || publisher.schedule(), patienceWithPulls);
  };

  const changed = () => {
    workspace.forget();
    head.forget();
    const { clientCapabilities: can } = session;
    if (!session.hasPulled) publish();
    else if (can.refreshDiagnostics) void connection.languages.diagnostics.refresh();
    if (can.refreshInlayHints) void connection.languages.inlayHint.refresh();
    refreshTests();
  };
  platform.onArrival(changed);

  const settingsChanged = () => {
    changed();
    if (workspace.client.refreshCodeLenses) void connection.sendRequest(CodeLensRefreshRequest.type).catch(() => {});
  };

  let refreshing: ReturnType<typeof setTimeout> | undefined;
  /** What an edit of a document says of others that a client has asked about. */
  const refreshOthers = () => {
    const { clientCapabilities: can } = session;
    clearTimeout(refreshing);
    refreshing = setTimeout(() => {
      if (can.refreshCodeLenses) void connection.sendRequest(CodeLensRefreshRequest.type).catch(() => {});
      if (session.hasPulled && can.refreshDiagnostics) void connection.languages.diagnostics.refresh();
    }, refreshDelay);
  };
  /** An edit of a configuration and the tests that are open, and the other way round. */
  const refreshTests = () => {
    if (workspace.openTests.length > 0) refreshOthers();
  };

  /** A configuration is saved: when it has been compared with what is committed, its lens is asked for again. */
  const differencesChanged = async (uri: string) => {
    await readOpen(workspace, () => true);
    const main = workspace.mainOf(uri);
    head.forget(main);
    if (!workspace.settings.ofClient(main).differencesToHead || !session.clientCapabilities.refreshCodeLenses) return;
    await head.lastOf(uri).catch(() => {});
    void connection.sendRequest(CodeLensRefreshRequest.type).catch(() => {});
  };

  connection.onInitialize(({ capabilities, workspaceFolders, rootUri, initializationOptions }): InitializeResult => {
    workspace.client = readCapabilities({ capabilities });
    publisher.canShowProgress = workspace.client.showProgress;
    workspace.setFolders(workspaceFolders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : []));
    // Reads no file outside the folders of the workspace, for those that nobody trusts.
    workspace.files.isConfined = initializationOptions?.isConfined === true;
    platform.serveFiles?.(workspace.client.readFiles);
    workspace.setSettings(taken(initializationOptions));
    return {
      serverInfo: { name: "smtpdlint", version },
      capabilities: {
        positionEncoding: workspace.client.positionEncoding,
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
        diagnosticProvider: { interFileDependencies: true, workspaceDiagnostics: true },
        codeActionProvider: workspace.client.codeActionLiterals ? { codeActionKinds } : true,
        executeCommandProvider: { commands: commandsFor(workspace.client) },
        completionProvider: {
          triggerCharacters: [...completionTriggers],
          resolveProvider: workspace.client.resolvesCompletion,
        },
        hoverProvider: true,
        signatureHelpProvider: { triggerCharacters: [...signatureTriggers] },
        definitionProvider: true,
        declarationProvider: true,
        implementationProvider: true,
        referencesProvider: true,
        documentHighlightProvider: true,
        callHierarchyProvider: true,
        renameProvider: workspace.client.prepareRename ? { prepareProvider: true } : true,
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
        codeLensProvider: { resolveProvider: workspace.client.resolvesCodeLenses },
        documentFormattingProvider: true,
        documentRangeFormattingProvider: workspace.client.formatsRanges ? { rangesSupport: true } : true,
        documentOnTypeFormattingProvider: { firstTriggerCharacter: "\n" },
        workspace: {
          workspaceFolders: { supported: true, changeNotifications: true },
          fileOperations: { willRename: { filters: [{ pattern: { glob: "**/*" } }] } },
        },
      },
    };
  });

  connection.onInitialized(async () => {
    if (session.clientCapabilities.folders) {
      connection.workspace.onDidChangeWorkspaceFolders(async () => {
        const folders = await connection.workspace.getWorkspaceFolders();
        workspace.setFolders(folders?.map(({ uri }) => uri) ?? []);
        if (session.clientCapabilities.configuration) await readSettings();
        else changed();
      });
    }
    if (session.clientCapabilities.watch) {
      const watchers = [{ globPattern: "**/*" }];
      await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
    }
    if (session.clientCapabilities.configurationEvents) {
      await connection.client.register(DidChangeConfigurationNotification.type, { section: "smtpdlint" });
    }
    await registerSettings(session);
    if (session.clientCapabilities.configuration) await readSettings();
  });

  /** What is wrong with settings is said once. */
  const told = new Set<string>();
  workspace.settings.complain = (message) => {
    if (told.has(message)) return;
    told.add(message);
    const type = MessageType.Warning;
    void connection.sendNotification(ShowMessageNotification.type, { type, message: `smtpdlint: ${message}` });
  };
  const taken = (given: unknown) => {
    const { settings, problems } = readClientSettings(given);
    for (const problem of problems) workspace.settings.complain(`settings: ${problem}`);
    return settings;
  };

  const readSettings = async () => {
    const section = "smtpdlint";
    const { folders } = workspace.files;
    const items = [{ section }, ...folders.map((scopeUri) => ({ scopeUri, section }))];
    const [settings, ...ofFolders]: unknown[] = (await connection.workspace.getConfiguration(items)) ?? [];
    workspace.setSettings(taken(settings), new Map(folders.map((folder, index) => [folder, taken(ofFolders[index])])));
    settingsChanged();
  };

  connection.onDidChangeConfiguration(async ({ settings }) => {
    if (session.clientCapabilities.configuration) return readSettings();
    workspace.setSettings(taken((settings as { smtpdlint?: unknown } | null)?.smtpdlint));
    settingsChanged();
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    platform.forget(changes.map(({ uri }) => normalize(uri)));
    changed();
  });

  documents.onDidChangeContent(({ document }) => {
    workspace.open(document);
    publish();
    if (workspace.hasSettings(document.uri)) refreshOthers();
    else refreshTests();
  });
  /** True for a configuration and its files. */
  const isAbout = (document: TextDocument) =>
    !isTests(document) && !isJson(document) && !workspace.belongsToNone(document.uri);
  // By then it is in the workspace.
  documents.onDidOpen(({ document }) => setTimeout(() => void warmUp.start(document.uri, () => isAbout(document))));
  documents.onDidSave(({ document }) => {
    // Who watches no files may have changed others too.
    if (!workspace.client.watch) changed();
    if (isAbout(document)) void differencesChanged(document.uri);
  });
  documents.onDidClose(({ document }) => {
    if (workspace.hasSettings(document.uri)) refreshOthers();
    workspace.close(document.uri);
    head.forget(normalize(document.uri));
    publish();
    if (document.getText().length > muchText) setTimeout(() => platform.reclaim?.(), reclaimDelay);
  });

  serveDiagnostics(session, publisher, settingsDiagnostics);
  serveTyping(session, platform);
  serveNavigation(session);
  serveAppearance(session, documents);
  serveCodeLenses(session);
  serveCodeActions(session);
  serveFormatting(session);
  serveCommands(session);
  servePolicyTests(session);
  serveTarget(session);
  serveLanguages(session, platform);
  servePages(session);
  serveMessages(session);
  serveMailWay(session);
  serveMovedFiles(session);

  documents.listen(connection);
  connection.listen();
}
