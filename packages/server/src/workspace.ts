import { parseRelease, type Release } from "@smtpdlint/grammar";
import type { View } from "@smtpdlint/ide";
import {
  analyseLazily,
  expandCategories,
  type LazyAnalysis,
  loadSettings,
  type ResolvedSettings,
  type SettingsFiles,
  type SeverityName,
  settingsFileName,
  settingsOf,
  targetIn,
} from "@smtpdlint/lint";
import { type FileNames, type FileResult, type Host, isWithin, type Location, locate } from "@smtpdlint/model";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { URI, Utils } from "vscode-uri";
import type { FileKind, Platform } from "./platform.ts";

/** What the client can set, in the section `smtpdlint`. */
export interface ClientSettings {
  readonly target?: string | null;
  readonly root?: string | null;
  readonly rules?: Readonly<Record<string, SeverityName>> | null;
  /** Shows how many differences there are to what is committed, for which git is run. */
  readonly differencesToHead?: boolean | null;
  readonly inlayHints?: { readonly implied?: boolean; readonly macros?: boolean; readonly ports?: boolean } | null;
}

/** An analysis, and the files that it depends on. */
interface Kept {
  readonly analysis: LazyAnalysis;
  /** By the number of the file: what is worked out for a view is kept as long as it. */
  readonly views: Map<number, View>;
  readonly reads: ReadonlySet<string>;
  isStale: boolean;
}

/** Tells what of the files that were read for something has changed. */
export type ChangeListener = (isAffected: (reads: ReadonlySet<string>) => boolean) => void;

/** Included files are looked for from so many folders above. */
const mostLevels = 3;

/**
 * The configurations that the client works on. Files are known by their URI
 * in one spelling; the text of an open document wins over the disk.
 */
export class Workspace {
  private readonly documents = new Map<string, TextDocument>();
  private readonly analyses = new Map<string, Kept>();
  /** Of the files that were asked for since the last change of what includes what. */
  private readonly mains = new Map<string, string>();
  /** Open documents whose analysis may not be there yet: they may include others. */
  private readonly unread = new Set<string>();
  /** The configurations that include a file. */
  private readonly includers = new Map<string, Set<string>>();
  /** What the analysis that is being made has looked for, whether or not it is there. */
  private reads: Set<string> | undefined;
  private changes = 0;
  private settings: ClientSettings = {};
  private settingsOfFolders: ReadonlyMap<string, ClientSettings> = new Map();
  /** The innermost first. */
  folders: readonly string[] = [];
  /** Reads no file outside the folders. */
  isConfined = false;

  private readonly names: FileNames;
  private readonly settingsFiles: SettingsFiles;
  private readonly listeners: ChangeListener[] = [];

  constructor(private readonly platform: Platform) {
    this.names = {
      folderOf: (uri) => Utils.dirname(URI.parse(uri)).toString(),
      // Half of a character has no place in a URI, and what follows two slashes would be the name of a host.
      resolve: (folder, path) =>
        Utils.resolvePath(URI.parse(folder), path.replace(/\p{Cs}/gu, "\ufffd").replace(/^\/{2,}/, "/")).toString(),
      real: (uri) => platform.real(uri),
    };
    this.settingsFiles = {
      read: (uri) => this.textOf(uri),
      folderOf: this.names.folderOf,
      resolve: this.names.resolve,
      wayDown: (folder, uri) => {
        const [above, path] = [URI.parse(folder).path.replace(/\/?$/, "/"), URI.parse(uri).path];
        return path.startsWith(above) ? path.slice(above.length) : undefined;
      },
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

  /** A document was opened, or has another text. */
  open(document: TextDocument): void {
    const key = normalize(document.uri);
    if (this.documents.get(key) !== document) this.mains.clear();
    this.documents.set(key, document);
    if (!isTests(document)) this.unread.add(key);
    this.touch(key);
  }

  close(uri: string): void {
    const key = normalize(uri);
    this.documents.delete(key);
    this.unread.delete(key);
    this.mains.clear();
    this.touch(key);
    // Nobody may ask for it again, and a large one holds much.
    this.drop(key);
    for (const main of this.analyses.keys()) if (!this.documents.has(main) && !this.includesOpen(main)) this.drop(main);
  }

  /** Something on the disk or in the settings has changed: nothing is certain any more. */
  forget(): void {
    this.changes++;
    this.mains.clear();
    for (const kept of this.analyses.values()) kept.isStale = true;
    for (const [key, document] of this.documents) if (!isTests(document)) this.unread.add(key);
    for (const tell of this.listeners) tell(() => true);
  }

  /** Has something told of each change. */
  onChange(listener: ChangeListener): void {
    this.listeners.push(listener);
  }

  /** Only what has looked for a file depends on it. */
  private touch(key: string): void {
    this.changes++;
    for (const kept of this.analyses.values()) if (kept.reads.has(key)) kept.isStale = true;
    for (const tell of this.listeners) tell((reads) => reads.has(key));
  }

  private includesOpen(main: string): boolean {
    const files = this.analyses.get(main)?.analysis.model.config.files ?? [];
    return files.some(({ path }) => this.documents.has(path));
  }

  private drop(main: string): void {
    this.analyses.delete(main);
    for (const mains of this.includers.values()) mains.delete(main);
  }

  /** What was worked out in another one may be stale. */
  get generation(): number {
    return this.changes;
  }

  /** The configurations that are open. */
  get openDocuments(): readonly TextDocument[] {
    return [...this.documents.values()].filter((document) => !isTests(document));
  }

  /** The files of policy tests that are open. */
  get openTests(): readonly TextDocument[] {
    return [...this.documents.values()].filter(isTests);
  }

  /** True for a file of policy tests that is open. */
  hasTests(uri: string): boolean {
    const document = this.documents.get(normalize(uri));
    return document !== undefined && isTests(document);
  }

  /** The URI as the client spells it, if it has the file open. */
  clientUri(uri: string): string {
    return this.documents.get(uri)?.uri ?? uri;
  }

  /** The document in the configuration to which it belongs; undefined if it is not open. */
  viewOf(uri: string): View | undefined {
    const key = normalize(uri);
    if (!this.documents.has(key) || this.hasTests(key)) return undefined;
    const { analysis, views } = this.keptOf(this.mainOf(key));
    const { model } = analysis;
    const file = model.sources.files.findIndex(({ path }) => path === key);
    if (file === -1) return undefined;
    let view = views.get(file);
    if (!view) {
      view = {
        model,
        file,
        get diagnostics() {
          return analysis.diagnostics;
        },
        findingsOf: (isWanted) => analysis.findingsOf(isWanted),
      };
      views.set(file, view);
    }
    return view;
  }

  /** The configuration that includes a file: another open one, one in the folders above, or the file itself. */
  mainOf(uri: string): string {
    const key = normalize(uri);
    // What they include may have changed, and with it the answer.
    for (const document of this.unread) {
      this.unread.delete(document);
      this.analysisOf(document);
    }
    let main = this.mains.get(key);
    if (main === undefined) {
      main = this.findMain(key);
      this.mains.set(key, main);
    }
    return main;
  }

  private findMain(key: string): string {
    const includes = (candidate: string) =>
      candidate !== key && this.analysisOf(candidate).model.config.files.some(({ path }) => path === key);
    const open = [...(this.includers.get(key) ?? [])].find((main) => this.documents.has(main));
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

  /** A configuration as it is now; its diagnostics are looked for when they are asked for. */
  analysisOf(main: string): LazyAnalysis {
    return this.keptOf(main).analysis;
  }

  private keptOf(main: string): Kept {
    const known = this.analyses.get(main);
    if (known && !known.isStale) return known;
    const { value: analysis, reads } = this.recording(() => {
      const options = { ...this.optionsFor(main), previous: known?.analysis };
      return analyseLazily(main, this.textFor(main), this.hostFor(main), options);
    });
    return this.keep(main, analysis, reads, known?.analysis);
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

  private keep(
    main: string,
    analysis: LazyAnalysis,
    reads: ReadonlySet<string>,
    before: LazyAnalysis | undefined,
  ): Kept {
    const kept = { analysis, views: new Map(), reads, isStale: false };
    this.analyses.set(main, kept);
    const includedIn = (model: View["model"] | undefined) =>
      (model?.config.files ?? []).slice(1).map(({ path }) => path);
    const included = includedIn(analysis.model);
    if (before && included.join("\n") === includedIn(before.model).join("\n")) return kept;
    for (const mains of this.includers.values()) mains.delete(main);
    for (const path of included) {
      if (path === main) continue;
      const mains = this.includers.get(path) ?? new Set();
      this.includers.set(path, mains.add(main));
    }
    this.mains.clear();
    return kept;
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
    return { ...(defaultTarget && { defaultTarget }), severities: { ...expandCategories(rules ?? {}), ...own.rules } };
  }

  /** `.smtpdlintrc.json` beside or above a file; it wins over the client's settings. */
  private ownSettings(main: string): ResolvedSettings {
    for (let folder = this.names.folderOf(main); ; ) {
      const loaded = loadSettings(this.settingsFiles.resolve(folder, settingsFileName), this.settingsFiles);
      if (!("failure" in loaded)) return settingsOf(loaded, main, this.settingsFiles);
      const parent = this.names.folderOf(folder);
      if (parent === folder) return {};
      folder = parent;
    }
  }

  /** Looks files up for a configuration: relative ones beside the file, absolute ones under the root. */
  hostFor(main: string, root = this.rootFor(main)): Host {
    const own = this.ownSettings(main);
    const shared = own.root === root ? own.shared : undefined;
    return {
      readFile: (path, from): FileResult => {
        const located = this.locate(path, from, main, root, shared);
        if ("failure" in located) return { path, failure: located.failure };
        const found = this.textOf(located.name);
        return "text" in found ? { path: located.name, text: found.text } : { path, failure: found.failure };
      },
    };
  }

  /** Says where paths lead that a document names, with the numbers of those files that were read; undefined for what is on some mail host. */
  pathsOf({ model, file }: View): (path: string, read: number | undefined) => string | undefined {
    const from = model.sources.files[file]?.path;
    const main = model.sources.files[0]?.path ?? "";
    // There may be thousands of paths, and the settings are in files.
    const root = this.rootFor(main);
    const { shared } = this.ownSettings(main);
    return (path, read) => {
      const found = read === undefined ? undefined : model.sources.files[read]?.path;
      if (found !== undefined || from === undefined) return found && this.clientUri(found);
      const located = this.locate(path, from, main, root, shared);
      return "name" in located ? this.clientUri(located.name) : undefined;
    };
  }

  /** The folder that stands for `/`, if the settings name one. */
  rootFor(main: string): string | undefined {
    return this.ownSettings(main).root ?? this.clientRoot(main);
  }

  private clientRoot(main: string): string | undefined {
    const { root } = this.settingsOf(main);
    const folder = this.folderOf(main) ?? Utils.dirname(URI.parse(main)).toString();
    return root ? Utils.resolvePath(URI.parse(folder), root).toString() : undefined;
  }

  private locate(path: string, from: string, main: string, root: string | undefined, shared?: string): Location {
    const folders = [Utils.dirname(URI.parse(main)).toString(), ...this.folders];
    return locate(path, from, { root, shared, workingFolder: undefined, folders }, this.names);
  }

  /** A file beside another one, or at an absolute path. */
  beside(uri: string, path: string): string {
    return this.names.resolve(this.names.folderOf(normalize(uri)), path);
  }

  /** The text of a file as it is in the editor, or else on the disk. */
  textOf(uri: string): ReturnType<Platform["read"]> {
    this.reads?.add(uri);
    const document = this.documents.get(uri);
    if (document) return { text: document.getText() };
    return this.mayRead(uri) ? this.platform.read(uri) : { failure: "not-looked-for" };
  }

  /** The names in the folder to which a path leads that a document names. */
  list(path: string, view: View): readonly string[] {
    const uri = this.pathsOf(view)(path, undefined);
    return uri ? this.listFolder(uri) : [];
  }

  listFolder(uri: string): readonly string[] {
    return this.mayRead(uri) ? this.platform.list(uri) : [];
  }

  /** What is at a URI in a folder, if that may be looked at: symbolic links do not lead out of it. */
  entryWithin(uri: string, folder: string): FileKind | undefined {
    this.reads?.add(uri);
    const isInside = uri === folder || isWithin(this.names.folderOf(uri), folder, this.names);
    return isInside && this.mayRead(folder) ? this.platform.entry(uri) : undefined;
  }

  /** The text of a file in a folder; symbolic links do not lead out of it. */
  textWithin(uri: string, folder: string): string | undefined {
    const found = isWithin(uri, folder, this.names) ? this.textOf(uri) : undefined;
    return found && "text" in found ? found.text : undefined;
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

/** A file of policy tests: by what the client says, or by its name, since other editors have their own types. */
const isTests = ({ uri, languageId }: TextDocument) => languageId === "smtpd-test" || /[/.]smtpd\.test$/.test(uri);

/** One spelling for each URI. */
export const normalize = (uri: string): string => URI.parse(uri).toString();
