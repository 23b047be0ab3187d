import { parseRelease, type Release } from "@smtpdlint/grammar";
import type { View } from "@smtpdlint/ide";
import { type Analysis, analyse, readSettings, type Settings, type SeverityName, targetIn } from "@smtpdlint/lint";
import { type FileNames, type FileResult, type Host, isWithin, type Location, locate } from "@smtpdlint/model";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { URI, Utils } from "vscode-uri";
import type { Platform } from "./platform.ts";

/** What the client can set, in the section `smtpdlint`. */
export interface ClientSettings {
  readonly target?: string | null;
  readonly root?: string | null;
  readonly rules?: Readonly<Record<string, SeverityName>> | null;
  readonly inlayHints?: { readonly implied?: boolean; readonly macros?: boolean; readonly ports?: boolean } | null;
}

/** Included files are looked for from so many folders above. */
const mostLevels = 3;

/**
 * The configurations that the client works on. Files are known by their URI
 * in one spelling; the text of an open document wins over the disk.
 */
export class Workspace {
  private readonly documents = new Map<string, TextDocument>();
  private readonly analyses = new Map<string, { readonly generation: number; readonly analysis: Analysis }>();
  private readonly mains = new Map<string, { readonly generation: number; readonly main: string }>();
  private changes = 0;
  private settings: ClientSettings = {};
  private settingsOfFolders: ReadonlyMap<string, ClientSettings> = new Map();
  /** The innermost first. */
  folders: readonly string[] = [];
  /** Reads no file outside the folders. */
  isConfined = false;

  private readonly names: FileNames;

  constructor(private readonly platform: Platform) {
    this.names = {
      folderOf: (uri) => Utils.dirname(URI.parse(uri)).toString(),
      // Half of a character has no place in a URI, and what follows two slashes would be the name of a host.
      resolve: (folder, path) =>
        Utils.resolvePath(URI.parse(folder), path.replace(/\p{Cs}/gu, "\ufffd").replace(/^\/{2,}/, "/")).toString(),
      real: (uri) => platform.real(uri),
    };
  }

  setFolders(uris: readonly string[]): void {
    this.folders = uris.map(normalize).toSorted((a, b) => b.length - a.length);
    this.forget();
  }

  setSettings(settings: ClientSettings, ofFolders: ReadonlyMap<string, ClientSettings> = new Map()): void {
    this.settings = settings;
    this.settingsOfFolders = ofFolders;
    this.forget();
  }

  /** The client's settings for a file: those of its folder, where folders have their own. */
  settingsOf(uri: string): ClientSettings {
    const folder = this.folderOf(normalize(uri));
    return this.settingsOfFolders.get(folder ?? "") ?? this.settings;
  }

  private folderOf(key: string): string | undefined {
    return this.folders.find(
      (folder) => key === folder || key.startsWith(folder.endsWith("/") ? folder : `${folder}/`),
    );
  }

  open(document: TextDocument): void {
    this.documents.set(normalize(document.uri), document);
    this.forget();
  }

  close(uri: string): void {
    this.documents.delete(normalize(uri));
    this.forget();
  }

  /** Something on the disk, in a document or in the settings has changed. */
  forget(): void {
    this.changes++;
  }

  /** What was worked out in another one is stale. */
  get generation(): number {
    return this.changes;
  }

  get openDocuments(): readonly TextDocument[] {
    return [...this.documents.values()];
  }

  /** The URI as the client spells it, if it has the file open. */
  clientUri(uri: string): string {
    return this.documents.get(uri)?.uri ?? uri;
  }

  /** The document in the configuration to which it belongs; undefined if it is not open. */
  viewOf(uri: string): View | undefined {
    const key = normalize(uri);
    if (!this.documents.has(key)) return undefined;
    const { model, diagnostics } = this.analysisOf(this.mainOf(key));
    const file = model.sources.files.findIndex(({ path }) => path === key);
    return file === -1 ? undefined : { model, diagnostics, file };
  }

  /** The configuration that includes a file: another open one, one in the folders above, or the file itself. */
  mainOf(uri: string): string {
    const key = normalize(uri);
    const known = this.mains.get(key);
    if (known?.generation === this.generation) return known.main;
    const main = this.findMain(key);
    this.mains.set(key, { generation: this.generation, main });
    return main;
  }

  private findMain(key: string): string {
    const includes = (candidate: string) =>
      candidate !== key && this.analysisOf(candidate).model.config.files.some(({ path }) => path === key);
    const open = [...this.documents.keys()].find(includes);
    if (open) return open;
    let folder = Utils.dirname(URI.parse(key));
    for (let level = 0; level <= mostLevels; level++) {
      const candidate = Utils.joinPath(folder, "smtpd.conf").toString();
      if ("text" in this.textOf(candidate) && includes(candidate)) return candidate;
      const parent = Utils.dirname(folder);
      if (parent.toString() === folder.toString()) break;
      folder = parent;
    }
    return key;
  }

  analysisOf(main: string): Analysis {
    const known = this.analyses.get(main);
    if (known?.generation === this.generation) return known.analysis;
    const analysis = analyse(main, this.textFor(main), this.hostFor(main), {
      ...this.optionsFor(main),
      previous: known?.analysis,
    });
    this.analyses.set(main, { generation: this.generation, analysis });
    return analysis;
  }

  /** The text of a configuration; empty if it cannot be read. */
  textFor(main: string): string {
    const found = this.textOf(main);
    return "text" in found ? found.text : "";
  }

  /** The release for which a document is looked at, and what has set it. */
  targetOf(uri: string): {
    readonly target: Release;
    readonly setBy: "file" | "configuration" | "settings" | "default";
  } {
    const main = this.mainOf(uri);
    const { target, sources } = this.analysisOf(main).model;
    const { files } = sources;
    if (files[0] && targetIn(files[0])) return { target, setBy: "file" };
    if (this.ownSettings(main).target) return { target, setBy: "configuration" };
    return { target, setBy: parseRelease(this.settingsOf(main).target ?? "") ? "settings" : "default" };
  }

  optionsFor(main: string) {
    const { target, rules } = this.settingsOf(main);
    const own = this.ownSettings(main);
    const defaultTarget: Release | undefined = own.target ?? (target ? parseRelease(target) : undefined);
    return { ...(defaultTarget && { defaultTarget }), severities: { ...rules, ...own.rules } };
  }

  /** `.smtpdlintrc.json` beside or above a file; it wins over the client's settings. */
  private ownSettings(main: string): Settings {
    let folder = Utils.dirname(URI.parse(main));
    for (;;) {
      const found = this.textOf(Utils.joinPath(folder, ".smtpdlintrc.json").toString());
      if ("text" in found) {
        const { settings } = readSettings(found.text);
        const { root } = settings;
        return root === undefined ? settings : { ...settings, root: Utils.resolvePath(folder, root).toString() };
      }
      const parent = Utils.dirname(folder);
      if (parent.toString() === folder.toString()) return {};
      folder = parent;
    }
  }

  /** Looks files up for a configuration: relative ones beside the file, absolute ones under the root. */
  hostFor(main: string): Host {
    const root = this.ownSettings(main).root ?? this.clientRoot(main);
    return {
      readFile: (path, from): FileResult => {
        const located = this.locate(path, from, main, root);
        if ("failure" in located) return { path, failure: located.failure };
        const found = this.textOf(located.name);
        return "text" in found ? { path: located.name, text: found.text } : { path, failure: found.failure };
      },
    };
  }

  /** Where a path leads that a document names; undefined if it is on some mail host. */
  uriOfPath(path: string, { model, file }: View, read: number | undefined): string | undefined {
    const from = model.sources.files[file]?.path;
    const found = read === undefined ? undefined : model.sources.files[read]?.path;
    const main = model.sources.files[0]?.path ?? "";
    const root = this.ownSettings(main).root ?? this.clientRoot(main);
    const located = found === undefined && from !== undefined ? this.locate(path, from, main, root) : undefined;
    const uri = found ?? (located && "name" in located ? located.name : undefined);
    return uri && this.clientUri(uri);
  }

  private clientRoot(main: string): string | undefined {
    const { root } = this.settingsOf(main);
    const folder = this.folderOf(main) ?? Utils.dirname(URI.parse(main)).toString();
    return root ? Utils.resolvePath(URI.parse(folder), root).toString() : undefined;
  }

  private locate(path: string, from: string, main: string, root: string | undefined): Location {
    const folders = [Utils.dirname(URI.parse(main)).toString(), ...this.folders];
    return locate(path, from, { root, workingFolder: undefined, folders }, this.names);
  }

  private textOf(uri: string): ReturnType<Platform["read"]> {
    const document = this.documents.get(uri);
    if (document) return { text: document.getText() };
    return this.mayRead(uri) ? this.platform.read(uri) : { failure: "not-looked-for" };
  }

  /** The names in the folder to which a path leads that a document names. */
  list(path: string, view: View): readonly string[] {
    const uri = this.uriOfPath(path, view, undefined);
    return uri && this.mayRead(uri) ? this.platform.list(uri) : [];
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

/** One spelling for each URI. */
export const normalize = (uri: string): string => URI.parse(uri).toString();
