import { type Connection, RequestType } from "vscode-languageserver";
import type { FileKind, Platform } from "./platform.ts";

type Found = ReturnType<Platform["read"]>;

/** What a client answers that reads files for the server. */
export const readFileRequest = new RequestType<{ uri: string }, Found, void>("smtpdlint/readFile");
export const readFolderRequest = new RequestType<{ uri: string }, readonly string[], void>("smtpdlint/readFolder");

/**
 * Reads files through the client: for a worker, which has no disk. The first
 * answer is that nothing is known; what was asked for arrives a little later.
 */
export class ClientPlatform implements Platform {
  private readonly files = new Map<string, Found>();
  private readonly folders = new Map<string, readonly string[]>();
  private readonly awaited = new Map<string, Promise<void>>();
  private notify: () => void = () => {};
  private isServed = false;

  constructor(private readonly connection: Connection) {}

  serveFiles(does: boolean): void {
    this.isServed = does;
  }

  read(uri: string): Found {
    return this.get(this.files, uri, readFileRequest, { failure: "not-looked-for" });
  }

  list(uri: string): readonly string[] {
    return this.get(this.folders, uri, readFolderRequest, []);
  }

  /** As the folder around it shows it. */
  entry(uri: string): FileKind | undefined {
    const [, folder, name = ""] = /^(.*)\/([^/]+)\/?$/s.exec(uri) ?? [];
    if (folder === undefined) return undefined;
    const names = this.list(folder);
    // It is on its way.
    if (!this.folders.has(folder)) return undefined;
    const wanted = decodeURIComponent(name);
    if (names.includes(`${wanted}/`)) return { kind: "folder" };
    return { kind: names.includes(wanted) ? "file" : "missing" };
  }

  real(uri: string): string {
    return uri;
  }

  onArrival(listener: () => void): void {
    this.notify = listener;
  }

  arrived(): Promise<unknown> | undefined {
    return this.awaited.size > 0 ? Promise.all(this.awaited.values()) : undefined;
  }

  forget(uris: readonly string[]): void {
    for (const uri of uris) this.files.delete(uri);
    this.folders.clear();
  }

  private get<T>(known: Map<string, T>, uri: string, request: RequestType<{ uri: string }, T, void>, empty: T): T {
    const found = known.get(uri);
    if (found !== undefined) return found;
    if (!this.isServed) return empty;
    const key = `${request.method} ${uri}`;
    if (!this.awaited.has(key)) this.awaited.set(key, this.ask(known, uri, request, empty, key));
    return empty;
  }

  private async ask<T>(
    known: Map<string, T>,
    uri: string,
    request: RequestType<{ uri: string }, T, void>,
    empty: T,
    key: string,
  ): Promise<void> {
    // A client that does not know the request has no files for us.
    const found = await this.connection.sendRequest(request, { uri }).catch(() => empty);
    known.set(uri, found);
    this.awaited.delete(key);
    if (this.awaited.size === 0) this.notify();
  }
}
