import type * as vscode from "vscode";

/** A worker has it, a process has not. */
declare const importScripts: unknown;

/** One bundle for the desktop and the web, which share most of it. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const { activate } = await (typeof importScripts === "function" ? import("./web") : import("./desktop"));
  await activate(context);
}
