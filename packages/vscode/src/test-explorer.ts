import * as vscode from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";

export const testLanguage = "smtpd-test";

const pattern = "**/{smtpd.test,*.smtpd.test}";

interface Range {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

/** A group of tests or a line of them, as `smtpdlint/tests` lists them. */
interface ServerItem {
  readonly id: string;
  readonly label: string;
  readonly kind: "group" | "test";
  readonly range: Range;
  readonly children: readonly ServerItem[];
}

interface Message {
  readonly message: string;
  readonly range: Range;
  readonly expected: string | null;
  readonly actual: string;
}

/** What `smtpdlint/runTests` says of lines, and why others could not be run. */
interface ServerResults {
  readonly results: readonly {
    readonly id: string;
    readonly status: "passed" | "failed" | "new";
    readonly messages: readonly Message[];
  }[];
  readonly problems: readonly string[];
}

/** Policy tests in the editor's view of tests: files, groups and lines. The server reads and runs them. */
export class TestExplorer implements vscode.Disposable {
  private readonly controller = vscode.tests.createTestController("smtpdlint", "Mail policy (smtpd.test)");
  private readonly subscriptions: vscode.Disposable[];
  private client: BaseLanguageClient | undefined;

  constructor() {
    const { controller } = this;
    controller.resolveHandler = (item) => (item?.uri ? this.refresh(item.uri) : this.discover());
    controller.refreshHandler = () => this.discover();
    const profile = controller.createRunProfile(
      "Run",
      vscode.TestRunProfileKind.Run,
      (request, token) => this.run(request, token),
      true,
    );
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const refreshDocument = ({ uri, languageId }: vscode.TextDocument) => {
      if (languageId === testLanguage) void this.refresh(uri);
    };
    this.subscriptions = [
      controller,
      profile,
      watcher,
      watcher.onDidCreate((uri) => this.refresh(uri)),
      watcher.onDidChange((uri) => this.refresh(uri)),
      watcher.onDidDelete((uri) => controller.items.delete(uri.toString())),
      vscode.workspace.onDidOpenTextDocument(refreshDocument),
      vscode.workspace.onDidChangeTextDocument(({ document }) => refreshDocument(document)),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  connect(client: BaseLanguageClient): void {
    this.client = client;
    void this.discover();
  }

  /** Runs groups and lines of a file by their ids, or all, as somebody who clicks on the text above them wants it. */
  async runLines(uri: vscode.Uri, ids: readonly string[] | undefined): Promise<void> {
    await this.refresh(uri);
    const file = this.controller.items.get(uri.toString());
    if (!file) return;
    const wanted = itemsBelow(file).filter(({ id }) => ids?.includes(id));
    const request = new vscode.TestRunRequest(ids ? wanted : [file]);
    await this.run(request, new vscode.CancellationTokenSource().token);
  }

  /** All files of tests in the workspace, and those that are open. */
  private async discover(): Promise<void> {
    // A workspace that cannot be searched shows what is open.
    const found = await Promise.resolve(vscode.workspace.findFiles(pattern)).catch(() => []);
    const open = vscode.workspace.textDocuments.filter(({ languageId }) => languageId === testLanguage);
    for (const uri of found) this.fileItem(uri);
    await Promise.all(open.map(({ uri }) => this.refresh(uri)));
  }

  private fileItem(uri: vscode.Uri): vscode.TestItem {
    const { controller } = this;
    const id = uri.toString();
    const known = controller.items.get(id);
    if (known) return known;
    const item = controller.createTestItem(id, vscode.workspace.asRelativePath(uri), uri);
    item.canResolveChildren = true;
    controller.items.add(item);
    return item;
  }

  private async refresh(uri: vscode.Uri): Promise<void> {
    // A server that has just been stopped cannot say.
    const found = await this.client
      ?.sendRequest<{ items: readonly ServerItem[] }>("smtpdlint/tests", { uri: uri.toString() })
      .catch(() => undefined);
    if (!found) return;
    const toItem = ({ id, label, range, children }: ServerItem, index: number): vscode.TestItem => {
      const item = this.controller.createTestItem(id, label, uri);
      item.range = toRange(range);
      item.sortText = String(index).padStart(6, "0");
      item.children.replace(children.map(toItem));
      return item;
    };
    const items = found.items.filter(({ kind, children }) => kind === "test" || children.length > 0);
    this.fileItem(uri).children.replace(items.map(toItem));
  }

  private async run(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    const run = this.controller.createTestRun(request);
    const roots = request.include ?? childrenOf(this.controller.items);
    for (const item of roots) if (item.canResolveChildren && item.uri) await this.refresh(item.uri);
    const excluded = new Set(request.exclude);
    const isExcluded = (item: vscode.TestItem | undefined): boolean =>
      item !== undefined && (excluded.has(item) || isExcluded(item.parent));
    const lines = roots.flatMap(itemsBelow).filter((item) => item.children.size === 0 && !isExcluded(item));
    const byFile = new Map<string, vscode.TestItem[]>();
    for (const line of new Set(lines)) {
      const uri = line.uri?.toString();
      if (uri !== undefined) byFile.set(uri, [...(byFile.get(uri) ?? []), line]);
    }
    for (const [uri, items] of byFile) {
      for (const item of items) run.started(item);
      const ids = items.map(({ id }) => id);
      const answer = await this.client
        ?.sendRequest<ServerResults>("smtpdlint/runTests", { uri, ids }, token)
        .catch(() => undefined);
      if (token.isCancellationRequested) break;
      for (const item of items) report(run, item, answer);
    }
    run.end();
  }
}

function report(run: vscode.TestRun, item: vscode.TestItem, answer: ServerResults | undefined): void {
  const result = answer?.results.find(({ id }) => id === item.id);
  switch (result?.status) {
    case "passed":
      run.passed(item);
      break;
    case "failed":
      run.failed(
        item,
        result.messages.map((one) => toMessage(item, one)),
      );
      break;
    // A line that expects nothing yet cannot fail.
    case "new":
      run.skipped(item);
      break;
    default: {
      const reasons = answer?.problems.length ? answer.problems : ["the server did not run it"];
      run.errored(item, new vscode.TestMessage(reasons.join("\n")));
    }
  }
}

function toMessage({ uri }: vscode.TestItem, { message, expected, actual, range }: Message): vscode.TestMessage {
  const shown =
    expected === null ? new vscode.TestMessage(message) : vscode.TestMessage.diff(message, expected, actual);
  if (uri) shown.location = new vscode.Location(uri, toRange(range));
  return shown;
}

function childrenOf(items: vscode.TestItemCollection): vscode.TestItem[] {
  const found: vscode.TestItem[] = [];
  for (const [, item] of items) found.push(item);
  return found;
}

const itemsBelow = (item: vscode.TestItem): vscode.TestItem[] => [
  item,
  ...childrenOf(item.children).flatMap(itemsBelow),
];

const toRange = ({ start, end }: Range) => new vscode.Range(start.line, start.character, end.line, end.character);
