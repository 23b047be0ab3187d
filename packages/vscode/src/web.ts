import * as vscode from "vscode";
import { LanguageClient } from "vscode-languageclient/browser";
import { start } from "./client";

/** In a browser the server runs in a worker. */
export function activate(context: vscode.ExtensionContext): Promise<void> {
  const script = vscode.Uri.joinPath(context.extensionUri, "dist/server.js").toString(true);
  return start(context, (options) => new LanguageClient("smtpdlint", "smtpdlint", new Worker(script), options));
}
