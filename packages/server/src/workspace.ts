import type { Release } from "@smtpdlint/grammar";
import type { View } from "@smtpdlint/ide";
import { analyseLazily, type LazyAnalysis, type LoadedSettings, targetIn } from "@smtpdlint/lint";
import { type Model, oncePer } from "@smtpdlint/model";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { URI, Utils } from "vscode-uri";
import { type ClientCapabilities, noCapabilities } from "./client-capabilities.ts";
import type { ClientSettings } from "./client-settings.ts";
import { Converter } from "./convert.ts";
import { isForward, isJson, isNamedTable, isTests, mayInclude } from "./document-kinds.ts";
import { FileSettings, isSettings } from "./file-settings.ts";
import { normalize } from "./file-uris.ts";
import { MailHosts, rootAround } from "./mail-hosts.ts";
import { Memo } from "./memo.ts";
import type { Platform } from "./platform.ts";
import { WorkspaceFiles } from "./workspace-files.ts";

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

/** Where packages put smtpd.conf, below the root of a machine. */
const machineFolders = ["etc/mail", "etc", "etc/smtpd", "etc/opensmtpd", "usr/local/etc/mail"];

/**
 * The configurations that the client works on. Files are known by their URI
 * in one spelling; the text of an open document wins over the disk.
 */
export class Workspace {
  private readonly analyses = new Map<string, Kept>();
  /** Of the files that were asked for since the last change of what includes what. */
  private readonly mains = new Map<string, string>();
  /** Open documents whose analysis may not be there yet: they may include others. */
  private readonly unread = new Set<string>();
  /** The configurations that include a file, or read it as a table. */
  private readonly readers = new Map<string, Set<string>>();
  private changes = 0;
  /** What it said that it can when it introduced itself. */
  client: ClientCapabilities = noCapabilities;
  readonly settings: FileSettings;

  readonly files: WorkspaceFiles;
  readonly hosts: MailHosts;
  private readonly listeners: ChangeListener[] = [];
  /** By folder. */
  private readonly nearestSettings = new Memo<LoadedSettings | undefined>(this, Number.POSITIVE_INFINITY);
  private readonly askedFor = new WeakMap<LoadedSettings, Set<string>>();

  constructor(platform: Platform) {
    this.files = new WorkspaceFiles(platform);
    this.settings = new FileSettings(this.files);
    this.hosts = new MailHosts(this.files, this.settings);
  }

  setFolders(uris: readonly string[]): void {
    this.files.folders = uris.map(normalize).toSorted((a, b) => b.length - a.length);
    this.forget();
  }

  setSettings(settings: ClientSettings, ofFolders: ReadonlyMap<string, ClientSettings> = new Map()): void {
    this.settings.set(settings, ofFolders);
    this.forget();
  }

  /** A document was opened, or has another text. */
  open(document: TextDocument): void {
    const key = normalize(document.uri);
    const isNew = this.files.documents.get(key) !== document;
    if (isNew) this.files.lookAgain();
    // Settings say where tables are, and an smtpd.conf is looked for from afar; what others include is known once they are read.
    if (isJson(document) || (isNew && key.endsWith("/smtpd.conf"))) this.mains.clear();
    else if (isNew) this.mains.delete(key);
    this.files.documents.set(key, document);
    // Until now nobody has looked for it.
    if (isNew && isForward(key)) this.forget();
    if (mayInclude(document)) this.unread.add(key);
    this.touch(key);
  }

  close(uri: string): void {
    const key = normalize(uri);
    this.files.documents.delete(key);
    this.files.lookAgain();
    this.unread.delete(key);
    this.mains.clear();
    if (isForward(key)) this.forget();
    this.touch(key);
    // Nobody may ask for it again, and a large one holds much.
    this.drop(key);
    for (const main of this.analyses.keys())
      if (!this.files.documents.has(main) && !this.readsOpen(main)) this.drop(main);
  }

  /** Something on the disk or in the settings has changed: nothing is certain any more. */
  forget(): void {
    this.files.lookAgain();
    this.changes++;
    this.mains.clear();
    for (const kept of this.analyses.values()) kept.isStale = true;
    for (const [key, document] of this.files.documents) if (mayInclude(document)) this.unread.add(key);
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

  private readsOpen(main: string): boolean {
    const files = this.analyses.get(main)?.analysis.model.sources.files ?? [];
    return files.some(({ path }) => this.files.documents.has(path));
  }

  private drop(main: string): void {
    this.analyses.delete(main);
    for (const mains of this.readers.values()) mains.delete(main);
  }

  /** What was worked out in another one may be stale. */
  get generation(): number {
    return this.changes;
  }

  /** The configurations that are open, and the tables that a known one reads. */
  get openDocuments(): readonly TextDocument[] {
    return [...this.files.documents.values()].filter(
      (document) => !isTests(document) && !isJson(document) && !this.belongsToNone(document.uri),
    );
  }

  /** The files of our own settings that are open. */
  get openSettings(): readonly TextDocument[] {
    return [...this.files.documents.values()].filter(({ uri }) => this.hasSettings(uri));
  }

  /** True for a file of our own settings that is open. */
  hasSettings(uri: string): boolean {
    const key = normalize(uri);
    const document = this.files.documents.get(key);
    if (!document || !isJson(document)) return false;
    if (isSettings(key)) return true;
    return [...this.settingsOfOpen.values()].some(({ layers }) => layers.some(({ name }) => name === key));
  }

  /** Where the settings of open configurations are, by the names of the files. */
  get settingsOfOpen(): ReadonlyMap<string, LoadedSettings> {
    const found = new Map<string, LoadedSettings>();
    for (const main of this.openMains) {
      const folder = main.slice(0, main.lastIndexOf("/"));
      const nearest = this.nearestSettings.get(folder, () => this.settings.nearestTo(main));
      if (!nearest) continue;
      const loaded = found.get(nearest.name) ?? nearest;
      found.set(nearest.name, loaded);
      const asked = this.askedFor.get(loaded) ?? new Set();
      if (!asked.has(main)) this.settings.ask(loaded, main);
      this.askedFor.set(loaded, asked.add(main));
    }
    return found;
  }

  /** The configurations of what is open. There may be thousands, and this is asked for with each key. */
  private get openMains(): ReadonlySet<string> {
    const mains = new Set<string>();
    for (const [key, document] of this.files.documents) {
      if (isTests(document) || isJson(document)) continue;
      const main = this.mainOfKey(key);
      if (main !== key || !isNamedTable(document)) mains.add(main);
    }
    return mains;
  }

  /** The files of policy tests that are open. */
  get openTests(): readonly TextDocument[] {
    return [...this.files.documents.values()].filter(isTests);
  }

  /** True for a file of policy tests that is open. */
  hasTests(uri: string): boolean {
    const document = this.files.documents.get(normalize(uri));
    return document !== undefined && isTests(document);
  }

  /** True for an open file of a table, or a `.forward`, that is in no known configuration: nothing is said of it. */
  belongsToNone(uri: string): boolean {
    const key = normalize(uri);
    const document = this.files.documents.get(key);
    return document !== undefined && isNamedTable(document) && this.mainOf(key) === key;
  }

  /** True for an open document of which nothing can be said but what a table's file, or a `.forward`, is for. */
  isTable(uri: string): boolean {
    const key = normalize(uri);
    const document = this.files.documents.get(key);
    if (!document || isTests(document) || isJson(document)) return false;
    return isNamedTable(document) || (this.mainOf(key) !== key && this.viewIn(this.mainOf(key), key)?.isTable === true);
  }

  /** True for a file, open or not, that another one includes. */
  isIncluded(uri: string): boolean {
    const key = normalize(uri);
    const main = this.mainOf(key);
    return main !== key && this.viewIn(main, key)?.isTable === false;
  }

  /** A file, open or not, in each configuration that reads it as a table: open ones, or else one that is near. */
  tableViews(uri: string): View[] {
    const key = normalize(uri);
    return [...new Set([this.mainOf(key), ...this.openReadersOf(key)])].flatMap((each) => {
      const found = each === key ? undefined : this.viewIn(each, key);
      return found?.isTable ? found.view : [];
    });
  }

  /** The configurations that may be about the machine of a file: those that are open, and those near it. */
  *configurationsAround(uri: string): Generator<string> {
    const key = normalize(uri);
    for (const document of this.files.documents.values()) {
      const main = mayInclude(document) ? this.mainOf(document.uri) : undefined;
      if (main && this.files.folderOf(main) === this.files.folderOf(key)) yield main;
    }
    for (const candidate of this.candidatesFor(key, true)) if ("text" in this.files.read(candidate)) yield candidate;
  }

  private viewIn(main: string, key: string): { readonly view: View; readonly isTable: boolean } | undefined {
    const kept = this.keptOf(main);
    const { model } = kept.analysis;
    const file = model.sources.files.findIndex(({ path }) => path === key);
    if (file === -1) return undefined;
    const view = viewFrom(kept, file);
    return { view, isTable: file >= model.config.files.length };
  }

  /** Turns the places of a configuration into the client's. */
  readonly converterFor = oncePer(
    (model: Model) => new Converter(model, (path) => this.files.clientUri(path), this.client),
  );

  /** The document in the configuration to which it belongs; undefined if it is not open. */
  viewOf(uri: string): View | undefined {
    const key = normalize(uri);
    const document = this.files.documents.get(key);
    if (!document || isTests(document) || isJson(document) || this.belongsToNone(key)) return undefined;
    const found = this.viewIn(this.mainOf(key), key);
    return found?.isTable ? undefined : found?.view;
  }

  /** The files of a configuration, without those of tables. */
  viewsOf(main: string): View[] {
    const kept = this.keptOf(main);
    return kept.analysis.model.config.files.map((_, file) => viewFrom(kept, file));
  }

  /** The main file of the configuration to which a document belongs. */
  mainViewOf(uri: string): View {
    return viewFrom(this.keptOf(this.mainOf(uri)), 0);
  }

  /** The configuration that includes a file or reads it as a table: another open one, one that is near, or the file itself. */
  mainOf(uri: string): string {
    return this.mainOfKey(normalize(uri));
  }

  private mainOfKey(key: string): string {
    // What they include may have changed, and with it the answer.
    while (this.readNext());
    let main = this.mains.get(key);
    if (main === undefined) {
      main = this.findMain(key);
      this.mains.set(key, main);
    }
    return main;
  }

  /** The version of an open document. */
  versionOf(uri: string): number | undefined {
    return this.files.documents.get(normalize(uri))?.version;
  }

  /** True if it takes several steps to know again what belongs to what: see `readOpen`. */
  get isBehind(): boolean {
    return this.unread.size > 1;
  }

  /** Reads the next open document that may include others and is not read; false if there is none. */
  readNext(): boolean {
    const [document] = this.unread;
    if (document === undefined) return false;
    this.unread.delete(document);
    this.analysisOf(document);
    return true;
  }

  private findMain(key: string): string {
    const [open] = this.openReadersOf(key);
    if (open !== undefined) return open;
    const document = this.files.documents.get(key);
    const isOfMachine = document === undefined || isNamedTable(document);
    for (const candidate of this.candidatesFor(key, isOfMachine)) {
      if (candidate !== key && "text" in this.files.read(candidate) && this.viewIn(candidate, key)) return candidate;
    }
    return key;
  }

  /** The open configurations among the readers of a file, the first opened first, whichever was looked at last. */
  private openReadersOf(key: string): string[] {
    const readers = this.readers.get(key);
    if (!readers) return [];
    return [...this.files.documents].flatMap(([main, document]) =>
      readers.has(main) && mayInclude(document) ? main : [],
    );
  }

  /** Where the configuration may be to which a file belongs; `isOfMachine` for one that may lie anywhere on a mail host. */
  private *candidatesFor(key: string, isOfMachine: boolean): Generator<string> {
    let folder = Utils.dirname(URI.parse(key));
    for (let level = 0; level <= mostLevels; level++) {
      yield Utils.joinPath(folder, "smtpd.conf").toString();
      const parent = Utils.dirname(folder);
      if (parent.toString() === folder.toString()) break;
      folder = parent;
    }
    if (!isOfMachine) return;
    for (const root of new Set([this.settings.rootFor(key), this.files.folderOf(key), rootAround(key)])) {
      if (root === undefined) continue;
      for (const path of machineFolders) yield Utils.joinPath(URI.parse(`${root}/`), path, "smtpd.conf").toString();
    }
  }

  /** A configuration as it is now; its diagnostics are looked for when they are asked for. */
  analysisOf(main: string): LazyAnalysis {
    return this.keptOf(main).analysis;
  }

  private keptOf(main: string): Kept {
    const known = this.analyses.get(main);
    if (known && !known.isStale) {
      this.files.dependOn(known.reads);
      return known;
    }
    const { value: analysis, reads } = this.files.recording(() => {
      const root = this.settings.clientRoot(main);
      // What the editor alone knows, a command has to be told.
      const commandOptions = root === undefined ? [] : ["--root", this.hosts.nameOf(root)];
      const options = { ...this.settings.optionsFor(main), commandOptions, previous: known?.analysis };
      return analyseLazily(main, this.files.textOf(main), this.hosts.hostFor(main), options);
    });
    return this.keep(main, analysis, reads, known?.analysis);
  }

  private keep(
    main: string,
    analysis: LazyAnalysis,
    reads: ReadonlySet<string>,
    before: LazyAnalysis | undefined,
  ): Kept {
    const kept = { analysis, views: new Map(), reads, isStale: false };
    this.analyses.set(main, kept);
    const readIn = (model: View["model"] | undefined) => (model?.sources.files ?? []).slice(1).map(({ path }) => path);
    const read = readIn(analysis.model);
    if (read.join("\n") === readIn(before?.model).join("\n")) return kept;
    for (const mains of this.readers.values()) mains.delete(main);
    for (const path of read) {
      if (path === main) continue;
      const mains = this.readers.get(path) ?? new Set();
      this.readers.set(path, mains.add(main));
    }
    this.mains.clear();
    return kept;
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
    return { target, setBy: this.settings.targetSetBy(main) };
  }
}

/** A file of an analysis. */
function viewFrom({ analysis, views }: Kept, file: number): View {
  let view = views.get(file);
  if (!view) {
    view = {
      model: analysis.model,
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
