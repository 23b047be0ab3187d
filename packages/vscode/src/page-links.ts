import * as vscode from "vscode";

/** Opens `URI#LLINE` beside the page that the link is in. */
export async function openLine(link: string | undefined): Promise<void> {
  const [, uri, line] = /^(.*)#L(\d+)$/.exec(link ?? "") ?? [];
  if (uri === undefined) return;
  const at = new vscode.Position(Number(line) - 1, 0);
  const options = { viewColumn: vscode.ViewColumn.One, selection: new vscode.Range(at, at) };
  await vscode.window.showTextDocument(vscode.Uri.parse(uri), options);
}

/** What only our own script in a page knows. */
export const nonceOf = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** The icon of a page's tab. */
export function iconOf(extension: vscode.Uri): { light: vscode.Uri; dark: vscode.Uri } {
  const icon = (name: string) => vscode.Uri.joinPath(extension, "images", name);
  return { light: icon("file-light.svg"), dark: icon("file-dark.svg") };
}
