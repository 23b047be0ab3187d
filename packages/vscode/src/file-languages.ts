import * as vscode from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";

/** The languages of files that a configuration reads as tables, and of `.forward`. */
export const tableLanguages = ["smtpd-aliases", "smtpd-table", "smtpd-forward"];

/** Milliseconds without a change before the server is asked again. */
const patience = 300;

/**
 * Gives files their language that are known by what names them: those that a
 * configuration includes or reads as tables. Only what the editor takes for
 * plain text is changed, and for an included file what it calls properties by
 * the end of its name; and never what somebody has chosen.
 */
export class FileLanguages implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[];
  /** Documents that are closed and opened at once get another language. */
  private readonly closing = new Set<string>();
  private readonly chosen = new Set<string>();
  private client: BaseLanguageClient | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    const refresh = () => this.schedule();
    this.subscriptions = [
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.closed(uri.toString())),
      vscode.workspace.onDidOpenTextDocument(({ uri }) => {
        if (this.closing.delete(uri.toString())) this.chosen.add(uri.toString());
      }),
      vscode.window.onDidChangeVisibleTextEditors(refresh),
      // A configuration that names another file has other findings.
      vscode.languages.onDidChangeDiagnostics(refresh),
    ];
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  connect(client: BaseLanguageClient): void {
    this.client = client;
    this.schedule();
  }

  private closed(key: string): void {
    this.closing.add(key);
    setTimeout(() => {
      // It was really closed: next time nobody has chosen.
      if (this.closing.delete(key)) this.chosen.delete(key);
    });
  }

  private schedule(): void {
    if (this.candidates().length === 0) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.refresh(), patience);
  }

  /** The documents in sight whose language the editor does not really know. */
  private candidates(): vscode.TextDocument[] {
    return vscode.window.visibleTextEditors
      .map(({ document }) => document)
      .filter((document) => !this.chosen.has(document.uri.toString()) && isUnknown(document));
  }

  private async refresh(): Promise<void> {
    const documents = this.candidates();
    if (documents.length === 0) return;
    const uris = documents.map(({ uri }) => uri.toString());
    // A server that has just been stopped cannot say.
    const found = await this.client
      ?.sendRequest<Record<string, string>>("smtpdlint/languages", { uris })
      .catch(() => undefined);
    for (const document of documents) {
      const language = found?.[document.uri.toString()];
      const isFree = document.languageId === "plaintext" || language === "smtpd-conf";
      if (!language || !isFree || document.isClosed || !isUnknown(document)) continue;
      await vscode.languages.setTextDocumentLanguage(document, language);
    }
  }
}

/** `tables.conf` is a file of properties for the editor. */
const isUnknown = ({ languageId, uri, isUntitled }: vscode.TextDocument): boolean =>
  !isUntitled && (languageId === "plaintext" || (languageId === "properties" && uri.path.endsWith(".conf")));
