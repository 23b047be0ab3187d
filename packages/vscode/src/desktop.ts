import type * as vscode from "vscode";
import { LanguageClient, TransportKind } from "vscode-languageclient/node";
import { start } from "./client";

/** On the desktop the server is a process of its own. */
export function activate(context: vscode.ExtensionContext): Promise<void> {
  const module = context.asAbsolutePath("dist/server.js");
  return start(
    context,
    (options) => new LanguageClient("smtpdlint", "smtpdlint", { module, transport: TransportKind.stdio }, options),
  );
}
