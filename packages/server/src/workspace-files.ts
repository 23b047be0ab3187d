import { type FileNames, isWithin, type Location } from "@smtpdlint/model";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { fileNames, normalize } from "./file-uris.ts";
import type { FileKind, Platform } from "./platform.ts";
import { Trusted } from "./trusted.ts";

/**
 * The files that may be read, by their URI in one spelling: as the editor has
 * them open, or else as they are on the disk.
 */
export class WorkspaceFiles {
  readonly documents = new Map<string, TextDocument>();
  /** Those of the workspace, the innermost first. */
  folders: readonly string[] = [];
  /** Reads no file outside the folders. */
  isConfined = false;
  readonly names: FileNames;
  /** What has been looked for in what is being worked out, whether or not it is there. */
  private reads: Set<string> | undefined;

  /** Where paths lead that stand in a configuration. */
  readonly places = new Trusted<Location>();
  private readonly tables = new Trusted<ReturnType<Platform["read"]>>();

  constructor(private readonly platform: Platform) {
    this.names = fileNames(platform);
  }

  /** The URI as the client spells it, if it has the file open. */
  clientUri(uri: string): string {
    return this.documents.get(uri)?.uri ?? uri;
  }

  /** The folder of the workspace that a file is in. */
  folderOf(uri: string): string | undefined {
    return this.folders.find(
      (folder) => uri === folder || uri.startsWith(folder.endsWith("/") ? folder : `${folder}/`),
    );
  }

  /** A file beside another one, or at an absolute path. */
  beside(uri: string, path: string): string {
    return this.names.resolve(this.names.folderOf(normalize(uri)), path);
  }

  /** Works something out; `reads` are the files that were looked for, whether or not they are there. */
  recording<T>(work: (reads: Set<string>) => T): { readonly value: T; readonly reads: Set<string> } {
    const outer = this.reads;
    const reads = new Set<string>();
    this.reads = reads;
    try {
      return { value: work(reads), reads };
    } finally {
      this.reads = outer;
      this.dependOn(reads);
    }
  }

  /** What is being worked out depends on these files too. */
  dependOn(files: ReadonlySet<string>): void {
    for (const uri of files) this.reads?.add(uri);
  }

  read(uri: string): ReturnType<Platform["read"]> {
    this.reads?.add(uri);
    const document = this.documents.get(uri);
    if (document) return { text: document.getText() };
    return this.mayRead(uri) ? this.platform.read(uri) : { failure: "not-looked-for" };
  }

  /** Of a table, of which there may be hundreds: on the disk it may be as it was a moment ago. */
  readTable(uri: string): ReturnType<Platform["read"]> {
    this.reads?.add(uri);
    return this.documents.has(uri) ? this.read(uri) : this.tables.get(uri, () => this.read(uri));
  }

  /** What was found a moment ago is not trusted any more. */
  lookAgain(): void {
    this.tables.forget();
    this.places.forget();
  }

  /** The text of a file; empty if it cannot be read. */
  textOf(uri: string): string {
    const found = this.read(uri);
    return "text" in found ? found.text : "";
  }

  /** The text of a file in a folder; symbolic links do not lead out of it. */
  textWithin(uri: string, folder: string): string | undefined {
    const found = isWithin(uri, folder, this.names) ? this.read(uri) : undefined;
    return found && "text" in found ? found.text : undefined;
  }

  /** What is at a URI in a folder, if that may be looked at: symbolic links do not lead out of it. */
  entryWithin(uri: string, folder: string): FileKind | undefined {
    this.reads?.add(uri);
    const isInside = uri === folder || isWithin(this.names.folderOf(uri), folder, this.names);
    return isInside && this.mayRead(folder) ? this.platform.entry(uri) : undefined;
  }

  /** Undefined if nobody can tell, or that may not be looked at. */
  isFolder(uri: string): boolean | undefined {
    this.reads?.add(uri);
    const found = this.mayRead(uri) ? this.platform.entry(this.names.real(uri)) : undefined;
    return found && found.kind === "folder";
  }

  /** The names in a folder; undefined if it may not be read. */
  list(uri: string): readonly string[] | undefined {
    return this.mayRead(uri) ? this.platform.list(uri) : undefined;
  }

  /** True while a file is on its way that the findings may depend on. */
  get awaitsFiles(): boolean {
    return this.platform.arrived() !== undefined;
  }

  private mayRead(uri: string): boolean {
    if (!this.isConfined) return true;
    return this.folders.some((folder) => isWithin(uri, folder, this.names));
  }
}
