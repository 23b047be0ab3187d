import * as vscode from "vscode";
import type { BaseLanguageClient, LanguageClientOptions } from "vscode-languageclient";
import { itemsOf, OverlookedLetters } from "./completion";
import { FileLanguages, tableLanguages } from "./file-languages";
import { serveFiles } from "./files";
import { PageView } from "./pages";
import { TargetItem } from "./target-item";
import { TestExplorer, testLanguage } from "./test-explorer";

/** Starts the server and says how to reach it; the same for the desktop and the web but for this. */
export type MakeClient = (options: LanguageClientOptions) => BaseLanguageClient;

const language = "smtpd-conf";

interface Position {
  readonly line: number;
  readonly character: number;
}

interface Location {
  readonly uri: string;
  readonly range: { readonly start: Position; readonly end: Position };
}

/** Starts the server, and registers what LSP has no words for. */
export async function start(context: vscode.ExtensionContext, makeClient: MakeClient): Promise<void> {
  const item = new TargetItem(language);
  const explorer = new TestExplorer();
  const pages = new PageView(context.extensionUri);
  const languages = new FileLanguages();
  const letters = new OverlookedLetters();
  let client: BaseLanguageClient | undefined;

  const restart = async () => {
    // A server that does not answer any more is to be ended all the same.
    await client?.dispose().catch(() => {});
    client = await launch(makeClient, item, explorer, pages, languages, letters);
  };
  const command = (name: string, run: (...parameters: never[]) => unknown) =>
    vscode.commands.registerCommand(`smtpdlint.${name}`, run);

  context.subscriptions.push(
    item,
    explorer,
    pages,
    languages,
    letters,
    { dispose: () => void client?.dispose() },
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    command("restart", restart),
    command("selectTarget", () => item.select()),
    command("format", () => vscode.commands.executeCommand("editor.action.formatDocument")),
    command("fixAll", () =>
      vscode.commands.executeCommand("editor.action.codeAction", { kind: "source.fixAll", apply: "first" }),
    ),
    command("showDocumentation", showDocumentation),
    command("showReferences", (uri: string, at: Position, locations: readonly Location[]) =>
      vscode.commands.executeCommand(
        "editor.action.showReferences",
        vscode.Uri.parse(uri),
        new vscode.Position(at.line, at.character),
        locations.map(({ uri, range: { start, end } }) => {
          const range = new vscode.Range(start.line, start.character, end.line, end.character);
          return new vscode.Location(vscode.Uri.parse(uri), range);
        }),
      ),
    ),
  );
  // Last, so that a server that does not start can be started again.
  client = await launch(makeClient, item, explorer, pages, languages, letters);
}

async function launch(
  makeClient: MakeClient,
  item: TargetItem,
  explorer: TestExplorer,
  pages: PageView,
  languages: FileLanguages,
  letters: OverlookedLetters,
): Promise<BaseLanguageClient> {
  const client: BaseLanguageClient = makeClient({
    documentSelector: [language, testLanguage, ...tableLanguages].map((each) => ({ language: each })),
    initializationOptions: { isConfined: !vscode.workspace.isTrusted },
    diagnosticCollectionName: "smtpdlint",
    middleware: {
      provideCompletionItem: async (document, position, context, token, next) => {
        const found = await letters.pass(document, position, context, () => next(document, position, context, token));
        for (const item of itemsOf(found)) listAgain(item);
        return found;
      },
      // The server would say the results in a message; here are views for them.
      executeCommand: (command, parameters, next) => {
        if (pages.shows(command)) return pages.show(client, command, parameters);
        if (command !== "smtpdlint.runTests") return next(command, parameters);
        const [uri, ids] = parameters as [string, string[] | undefined];
        return explorer.runLines(vscode.Uri.parse(uri), ids);
      },
    },
  });
  serveFiles(client);
  client.registerFeature({
    fillClientCapabilities: (capabilities) => {
      capabilities.experimental = { smtpdlint: { readFiles: true, showReferences: true, settingsSchema: true } };
    },
    initialize: () => {},
    getState: () => ({ kind: "static" }),
    clear: () => {},
  });
  await client.start();
  item.connect(client);
  explorer.connect(client);
  languages.connect(client);
  return client;
}

/** Behind a folder comes the list of what is in it. */
function listAgain(item: vscode.CompletionItem): void {
  if (item.kind !== vscode.CompletionItemKind.Folder) return;
  item.command = { command: "editor.action.triggerSuggest", title: "" };
}

/** Opens the page of the rule whose finding is at the cursor, or of one of those of the file. */
async function showDocumentation(): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== language) return;
  const pages = new Map<string, vscode.Uri>();
  const found = vscode.languages.getDiagnostics(editor.document.uri);
  const here = found.filter(({ range }) => range.contains(editor.selection.active));
  for (const { code } of here.length > 0 ? here : found) {
    if (typeof code === "object") pages.set(String(code.value), code.target);
  }
  if (pages.size === 0) {
    await vscode.window.showInformationMessage("smtpdlint has found nothing in this file.");
    return;
  }
  const ids = [...pages.keys()];
  const id = ids.length === 1 ? ids[0] : await vscode.window.showQuickPick(ids, { title: "The page of which rule?" });
  const page = pages.get(id ?? "");
  if (page) await vscode.env.openExternal(page);
}
