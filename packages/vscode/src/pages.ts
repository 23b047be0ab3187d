import * as vscode from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";
import { FlowPanel } from "./flow-panel";
import { TextPanels } from "./text-panels";

/** What the server shows for a command. */
export interface Page {
  readonly title: string;
  readonly markdown: string;
  readonly isProblem?: true;
  readonly svg?: string;
  /** Where the boxes of the picture lead, by their ids. */
  readonly links?: Readonly<Record<string, string>>;
}

/** A command of the server that shows something. */
interface PageCommand {
  /** What the page is called, before the name of the file. */
  readonly name: string;
  /** What it is asked with about a document where nobody says it; undefined to ask nothing. */
  detail(client: BaseLanguageClient, uri: string): unknown;
}

const commands: Readonly<Record<string, PageCommand>> = {
  "smtpdlint.showDifferences": { name: "differences of", detail: () => null },
  "smtpdlint.showSenders": { name: "senders in", detail: (_, uri) => cursorIn(uri) },
  "smtpdlint.showMailFlow": { name: "mail flow of", detail: () => null },
  "smtpdlint.traceMail": { name: "trace through", detail: askForMessage },
};

/** What the server says to begin with. */
type Beginning = { readonly message: string; readonly isHere: boolean } | { readonly problem: string };

/** The message that was asked for last, about which file, with the cursor in which line. */
let last: { readonly uri: string; readonly line: number | undefined; readonly message: string } | undefined;

/** Asks for a message. It begins with the one at the cursor, the last one, or one that the configuration knows. */
async function askForMessage(client: BaseLanguageClient, uri: string): Promise<string | undefined> {
  const position = cursorIn(uri);
  const found = await client.sendRequest<Beginning | null>("smtpdlint/messageToTrace", { uri, position });
  if (!found) return undefined;
  if ("problem" in found) {
    void vscode.window.showWarningMessage(found.problem);
    return undefined;
  }
  const isLast = last?.uri === uri && (last.line === position?.line || !found.isHere);
  const message = await vscode.window.showInputBox({
    title: "Trace a Message",
    prompt: "An address, or a message in the words of a policy test: from, auth, helo, mail-from, to …",
    // All of it is selected: what is typed replaces it.
    value: isLast && last ? last.message : found.message,
    validateInput: (typed) => client.sendRequest<string | null>("smtpdlint/checkMessage", { uri, message: typed }),
  });
  if (message !== undefined) last = { uri, line: position?.line, message };
  return message;
}

/** Where the cursor is in a document; undefined if another one is in front. */
function cursorIn(uri: string): { line: number; character: number } | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.uri.toString() !== uri) return undefined;
  const { line, character } = editor.selection.active;
  return { line, character };
}

/** Shows the pages of the server: as text, and the mail flow as a picture. */
export class PageView implements vscode.Disposable {
  private readonly texts: TextPanels;
  private readonly flow: FlowPanel;

  constructor(extension: vscode.Uri) {
    this.texts = new TextPanels(extension);
    this.flow = new FlowPanel(extension);
  }

  dispose(): void {
    this.texts.dispose();
    this.flow.dispose();
  }

  /** True for a command that has a page. */
  shows(command: string): boolean {
    return Object.hasOwn(commands, command);
  }

  /** Runs a command about a document, or that of the editor, and shows what it says. */
  async show(client: BaseLanguageClient, command: string, [given, detail]: readonly unknown[]): Promise<void> {
    const uri = typeof given === "string" ? given : vscode.window.activeTextEditor?.document.uri.toString();
    if (uri === undefined) return;
    const { name, detail: ownDetail } = commands[command] as PageCommand;
    const asked = detail ?? (await ownDetail(client, uri));
    if (asked === undefined) return;
    const ask = () => client.sendRequest<Page | null>("smtpdlint/page", { command, arguments: [uri, asked] });
    const page = await ask();
    if (!page) return;
    if (page.isProblem) {
      void vscode.window.showWarningMessage(page.title);
      return;
    }
    if (page.svg !== undefined) return this.flow.show(page, uri, ask);
    const file = vscode.Uri.parse(uri).path.replace(/^.*\//, "");
    await this.texts.show(`${command} ${uri}`, `${name} ${file}`, page);
  }
}
