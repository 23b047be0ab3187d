import { normalize } from "../../../packages/server/src/file-uris.ts";
import { noFiles, type Platform } from "../../../packages/server/src/platform.ts";

/** Files in memory, by their URIs in any spelling. */
export class Disk {
  private readonly files = new Map<string, string>();

  get(uri: string): string | undefined {
    return this.files.get(normalize(uri));
  }

  set(uri: string, text: string): void {
    this.files.set(normalize(uri), text);
  }

  delete(uri: string): void {
    this.files.delete(normalize(uri));
  }

  read(uri: string): ReturnType<Platform["read"]> {
    const text = this.get(uri);
    return text === undefined ? { failure: "not-found" } : { text };
  }

  list(uri: string): readonly string[] {
    const folder = normalize(uri).replace(/\/?$/, "/");
    const below = [...this.files.keys()].filter((name) => name.startsWith(folder));
    return [...new Set(below.map((name) => decodeURIComponent(name.slice(folder.length)).replace(/\/.*/, "/")))];
  }

  /** What a server sees that reads them itself. */
  get platform(): Platform {
    return {
      ...noFiles,
      read: (uri) => this.read(uri),
      list: (uri) => this.list(uri),
      entry: (uri) => ({
        kind: this.files.has(uri) ? "file" : this.list(uri).length > 0 ? "folder" : "missing",
      }),
    };
  }
}
