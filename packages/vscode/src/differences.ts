import * as vscode from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";

/** What the server says of a document and what is committed. */
interface Differences {
  readonly title: string;
  readonly markdown: string;
}

const scheme = "smtpdlint-differences";

/** Shows in a preview what a change of a configuration does to mail. */
export class DifferencesView implements vscode.Disposable, vscode.TextDocumentContentProvider {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly provider = vscode.workspace.registerTextDocumentContentProvider(scheme, this);

  dispose(): void {
    this.provider.dispose();
    this.changed.dispose();
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? "";
  }

  /** Asks the server about a document, or that of the editor, and shows what it says. */
  async show(client: BaseLanguageClient, uri = vscode.window.activeTextEditor?.document.uri.toString()): Promise<void> {
    if (uri === undefined) return;
    const found = await client.sendRequest<Differences | null>("smtpdlint/differences", { uri });
    if (!found) return;
    const page = vscode.Uri.from({ scheme, path: `${vscode.Uri.parse(uri).path}.md`, query: uri });
    this.texts.set(page.toString(), found.markdown);
    this.changed.fire(page);
    await vscode.commands.executeCommand("markdown.showPreviewToSide", page);
  }
}
