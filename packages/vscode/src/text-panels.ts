import * as vscode from "vscode";
import { iconOf, nonceOf, openLine } from "./page-links";
import type { Page } from "./pages";

/**
 * Pages of text beside the editor, one for each address. The preview of Markdown
 * would not do: there, links to files of the workspace by their URI are dead.
 */
export class TextPanels implements vscode.Disposable {
  private readonly open = new Map<string, { readonly panel: vscode.WebviewPanel; links: readonly string[] }>();

  /** `extension` is our folder. */
  constructor(private readonly extension: vscode.Uri) {}

  dispose(): void {
    for (const { panel } of this.open.values()) panel.dispose();
  }

  async show(address: string, name: string, { markdown }: Page): Promise<void> {
    const { text, links } = withPlaces(markdown);
    const html = await vscode.commands.executeCommand<string>("markdown.api.render", text);
    const shown = this.open.get(address) ?? this.create(address, name);
    shown.links = links;
    shown.panel.webview.html = pageHtml(html, nonceOf());
    shown.panel.reveal(undefined, true);
  }

  private create(address: string, name: string) {
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const options = { enableScripts: true, enableFindWidget: true };
    const panel = vscode.window.createWebviewPanel("smtpdlint.page", name, column, options);
    panel.iconPath = iconOf(this.extension);
    const created = { panel, links: [] as readonly string[] };
    this.open.set(address, created);
    panel.onDidDispose(() => this.open.delete(address));
    panel.webview.onDidReceiveMessage((number: unknown) => openLine(created.links[Number(number)]));
    return created;
  }
}

/** A link to a line, or code, in which there are none. */
const code = /(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)|\]\(<([^<>\n]*#L\d+)>\)/g;

/** The text with numbers in place of links to lines: the renderer leaves out those to files. */
function withPlaces(markdown: string): { text: string; links: readonly string[] } {
  const links: string[] = [];
  const text = markdown.replace(code, (whole: string, _fence, link: string | undefined) =>
    link === undefined ? whole : `](#${links.push(link) - 1})`,
  );
  return { text, links };
}

/** In the colours of the theme. With high contrast, what is code has no ground of its own. */
const pageHtml = (body: string, nonce: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-${nonce}'">
<style>
body { max-width: 60rem; padding: 0 1.6rem 1rem; font-size: 14px; line-height: 1.6; }
h1 { font-size: 1.6em; line-height: 1.3; }
h2 { font-size: 1.25em; margin-top: 1.6em; }
h3 { font-size: 1.1em; margin-top: 1.4em; }
h1, h2 { padding-bottom: .25em; border-bottom: 1px solid var(--vscode-contrastBorder, var(--vscode-widget-border, var(--vscode-editorRuler-foreground))); }
li { margin: .15em 0; }
code { color: inherit; background: var(--vscode-textCodeBlock-background); font-family: var(--vscode-editor-font-family); overflow-wrap: anywhere; }
pre { padding: .6em .8em; overflow: auto; background: var(--vscode-textCodeBlock-background); }
pre code { padding: 0; background: none; }
a { text-decoration: underline; }
a code { color: inherit; }
body.vscode-high-contrast :is(code, pre) { padding: 0; border-radius: 0; background: none; }
</style>
</head>
<body>
${body}
<script nonce="${nonce}">
const vscode = acquireVsCodeApi();
for (const link of document.querySelectorAll('a[href^="#"]')) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    vscode.postMessage(Number(link.getAttribute("href").slice(1)));
  });
}
</script>
</body>
</html>
`;
