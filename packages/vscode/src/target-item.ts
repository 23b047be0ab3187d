import * as vscode from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";

/** What the server says of a document's target. */
interface Target {
  readonly target: string;
  /** What has set it: a comment in the file, `.smtpdlintrc.json`, the editor's settings; or else it is the newest. */
  readonly setBy: "file" | "configuration" | "settings" | "default";
  readonly releases: readonly string[];
}

const origins: Readonly<Record<Target["setBy"], string>> = {
  file: "as a comment in the file says",
  configuration: "as .smtpdlintrc.json says",
  settings: "as the settings say",
  default: "the newest, since nothing is set",
};

/** The status bar's item that shows for which release of OpenSMTPD the file is checked. */
export class TargetItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("smtpdlint.target", vscode.StatusBarAlignment.Right, 100);
  private readonly subscriptions: vscode.Disposable[];
  private client: BaseLanguageClient | undefined;

  constructor(private readonly language: string) {
    this.item.name = "Target Release of smtpd.conf";
    this.item.command = "smtpdlint.selectTarget";
    const refresh = () => void this.refresh();
    this.subscriptions = [
      this.item,
      vscode.window.onDidChangeActiveTextEditor(refresh),
      // A comment, a setting or `.smtpdlintrc.json` may have changed it; all of them change the findings too.
      vscode.languages.onDidChangeDiagnostics(refresh),
      vscode.workspace.onDidChangeConfiguration(refresh),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  connect(client: BaseLanguageClient): void {
    this.client = client;
    void this.refresh();
  }

  /** Asks for a release, and writes it into the settings. */
  async select(): Promise<void> {
    const found = await this.ask();
    const releases = (found?.releases ?? []).toReversed();
    const picked = await vscode.window.showQuickPick(releases, {
      title: "Which release of OpenSMTPD reads the file?",
      ...(found && { placeHolder: `now ${found.target}, ${origins[found.setBy]}` }),
    });
    if (!picked) return;
    const uri = vscode.window.activeTextEditor?.document.uri;
    const hasFolder = uri && vscode.workspace.getWorkspaceFolder(uri);
    await vscode.workspace
      .getConfiguration("smtpdlint", uri)
      .update("target", picked, hasFolder ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global);
    if (found?.setBy === "file" || found?.setBy === "configuration") {
      await vscode.window.showWarningMessage(`The target of this file stays ${found.target}, ${origins[found.setBy]}.`);
    }
  }

  private get document(): vscode.TextDocument | undefined {
    const document = vscode.window.activeTextEditor?.document;
    return document?.languageId === this.language ? document : undefined;
  }

  private async ask(): Promise<Target | undefined> {
    const uri = this.document?.uri.toString() ?? null;
    // A server that has just been stopped cannot say.
    return this.client?.sendRequest<Target>("smtpdlint/target", { uri }).catch(() => undefined);
  }

  private async refresh(): Promise<void> {
    const { document } = this;
    if (!document) return this.item.hide();
    const found = await this.ask();
    if (!found || this.document !== document) return;
    this.item.text = `smtpd ${found.target}`;
    this.item.tooltip = `Checked for OpenSMTPD ${found.target}, ${origins[found.setBy]}. Click to select another release.`;
    this.item.show();
  }
}
