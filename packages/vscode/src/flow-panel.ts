import { pictureHtml, pictureScript, pictureStyle } from "@smtpdlint/lint/picture";
import * as vscode from "vscode";
import { iconOf, nonceOf, openLine } from "./page-links";
import type { Page } from "./pages";

/** Milliseconds without a key before the picture is drawn again. */
const patience = 300;

/** The mail flow of one configuration as a picture beside it, which follows what is typed; `extension` is our folder. */
export class FlowPanel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private uri = "";
  private page: Page | undefined;
  private ask: () => Promise<Page | null> = async () => null;
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private readonly changes = vscode.workspace.onDidChangeTextDocument(() => {
    if (!this.panel) return;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => void this.refresh(), patience);
  });

  constructor(private readonly extension: vscode.Uri) {}

  dispose(): void {
    clearTimeout(this.waiting);
    this.changes.dispose();
    this.panel?.dispose();
  }

  /** Shows a page with a picture; `ask` gives it anew. */
  show(page: Page, uri: string, ask: () => Promise<Page | null>): void {
    this.uri = uri;
    this.ask = ask;
    if (!this.panel) {
      const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
      this.panel = vscode.window.createWebviewPanel("smtpdlint.mailFlow", page.title, column, { enableScripts: true });
      this.panel.iconPath = iconOf(this.extension);
      this.panel.onDidDispose(() => {
        this.panel = undefined;
        this.page = undefined;
      });
      this.panel.webview.onDidReceiveMessage((id: unknown) => openLine(this.page?.links?.[String(id)]));
    }
    this.draw(page);
    this.panel.reveal(undefined, true);
  }

  /** While the file is one that smtpd refuses, the last picture stays. */
  private async refresh(): Promise<void> {
    const uri = this.uri;
    const page = await this.ask().catch(() => null);
    if (page?.svg !== undefined && uri === this.uri) this.draw(page);
  }

  private draw(page: Page): void {
    if (!this.panel || page.svg === this.page?.svg) return;
    this.page = page;
    this.panel.title = page.title;
    this.panel.webview.html = html(page, nonceOf());
  }
}

/** The picture in the colours of the theme. A box that stands for a line leads there, by mouse and by keyboard. */
const html = ({ svg = "" }: Page, nonce: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-${nonce}'">
<style>
body { padding: 1rem; --ground: var(--vscode-editor-background); --accent: var(--vscode-focusBorder); }
${pictureStyle}
.sizes button {
  padding: 0.1rem 0.6rem; border: 1px solid var(--vscode-button-border, transparent); border-radius: 2px; font: inherit; cursor: pointer;
  color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground);
}
.sizes button:hover { background: var(--vscode-button-secondaryHoverBackground); }
:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 1px; }
@media (forced-colors: none) {
  body svg {
    --text: var(--vscode-editor-foreground); --ground: transparent; --box: var(--vscode-editorWidget-background);
    --line: var(--vscode-contrastBorder, var(--vscode-descriptionForeground)); --pale: var(--vscode-descriptionForeground);
  }
  body.vscode-high-contrast svg { --pale: var(--text); }
  .anyone { --edge: var(--vscode-charts-red); }
  .networks { --edge: var(--vscode-charts-purple); }
  .users { --edge: var(--vscode-charts-blue); }
  .machine { --edge: var(--vscode-charts-green); }
  .forwarded { --edge: var(--vscode-descriptionForeground); }
  .edge { stroke: var(--edge); }
  marker path { fill: var(--edge); }
}
.node[data-line] { cursor: pointer; }
.node:focus { outline: none; }
.node:focus-visible rect, .node[data-line]:hover rect { stroke: var(--vscode-focusBorder); stroke-width: 2px; }
</style>
</head>
<body>
${pictureHtml(svg)}
<script nonce="${nonce}">
const vscode = acquireVsCodeApi();
// The page is written anew when the configuration changes: what is seen of the picture stays.
${pictureScript()}(document, vscode.getState() ?? {}, (view) => vscode.setState(view));
for (const node of document.querySelectorAll(".node[data-line]")) {
  const open = () => vscode.postMessage(node.dataset.id);
  node.setAttribute("tabindex", "0");
  node.setAttribute("role", "link");
  node.addEventListener("click", open);
  node.addEventListener("keydown", ({ key }) => key === "Enter" && open());
}
</script>
</body>
</html>
`;
