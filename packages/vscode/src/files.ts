import * as vscode from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";

/** A larger file is no configuration, and no table that an editor should wait for. */
const mostBytes = 20e6;

/** Reads files for a server that cannot: it runs in a worker, or the files are on no disk. */
export function serveFiles(client: BaseLanguageClient): void {
  client.onRequest("smtpdlint/readFile", async ({ uri }: { uri: string }): Promise<object> => {
    const file = vscode.Uri.parse(uri);
    try {
      const { type, size } = await vscode.workspace.fs.stat(file);
      if (!(type & vscode.FileType.File) || size > mostBytes) return { failure: "unreadable" };
      return { text: decode(await vscode.workspace.fs.readFile(file)) };
    } catch (error) {
      const isMissing = error instanceof vscode.FileSystemError && error.code === "FileNotFound";
      return { failure: isMissing ? "not-found" : "unreadable" };
    }
  });
  client.onRequest("smtpdlint/readFolder", async ({ uri }: { uri: string }): Promise<string[]> => {
    try {
      const entries = await vscode.workspace.fs.readDirectory(vscode.Uri.parse(uri));
      return entries.map(([name, type]) => (type & vscode.FileType.Directory ? `${name}/` : name));
    } catch {
      return [];
    }
  });
}

/** As the server reads the disk: UTF-8, or else Latin-1, so that each byte stays one character. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return new TextDecoder("latin1").decode(bytes);
  }
}
