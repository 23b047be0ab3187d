import { lineColumn, lineStarts, parseRelease, type Release } from "@smtpdlint/grammar";
import {
  expandCategories,
  type LoadedSettings,
  loadSettings,
  type ResolvedSettings,
  type SettingsFiles,
  settingsFileName,
  settingsOf,
} from "@smtpdlint/lint";
import { URI, Utils } from "vscode-uri";
import type { ClientSettings } from "./client-settings.ts";
import { normalize } from "./file-uris.ts";
import type { WorkspaceFiles } from "./workspace-files.ts";

/** What is set for each file: by `.smtpdlintrc.json` beside or above it, or else by the client. */
export class FileSettings {
  private ofWindow: ClientSettings = {};
  private ofFolders: ReadonlyMap<string, ClientSettings> = new Map();
  private readonly files: SettingsFiles;
  /** Is told, again and again, what is wrong with settings. */
  complain: (message: string) => void = () => {};

  constructor(private readonly workspace: WorkspaceFiles) {
    const { names } = workspace;
    this.files = {
      read: (uri) => workspace.read(uri),
      isFolder: (uri) => workspace.isFolder(uri),
      folderOf: names.folderOf,
      resolve: names.resolve,
      wayDown: (folder, uri) => {
        const [above, path] = [URI.parse(folder).path.replace(/\/?$/, "/"), URI.parse(uri).path];
        return path.startsWith(above) ? path.slice(above.length) : undefined;
      },
    };
  }

  /** Takes the client's settings; those of a folder take the place of the others there. */
  set(ofWindow: ClientSettings, ofFolders: ReadonlyMap<string, ClientSettings>): void {
    this.ofWindow = ofWindow;
    this.ofFolders = ofFolders;
  }

  /** The client's settings for a file: those of its folder, where folders have their own. */
  ofClient(uri: string): ClientSettings {
    const folder = this.workspace.folderOf(normalize(uri));
    return this.ofFolders.get(folder ?? "") ?? this.ofWindow;
  }

  /** The release and the severities with which a configuration is looked at. */
  optionsFor(main: string) {
    const { target, rules } = this.ofClient(main);
    const own = this.ofFiles(main);
    const defaultTarget: Release | undefined = own.target ?? (target ? parseRelease(target) : undefined);
    return { ...(defaultTarget && { defaultTarget }), severities: { ...expandCategories(rules ?? {}), ...own.rules } };
  }

  /** What has set the release of a configuration that does not name one itself. */
  targetSetBy(main: string): "configuration" | "settings" | "default" {
    if (this.ofFiles(main).target) return "configuration";
    return parseRelease(this.ofClient(main).target ?? "") ? "settings" : "default";
  }

  /** The folder that stands for `/`, if the settings name one. */
  rootFor(main: string): string | undefined {
    return this.ofFiles(main).root ?? this.clientRoot(main);
  }

  /** The same, if the client alone says so. */
  clientRoot(main: string): string | undefined {
    const { root } = this.ofFiles(main).root === undefined ? this.ofClient(main) : {};
    const folder = this.workspace.folderOf(main) ?? this.files.folderOf(main);
    return root ? Utils.resolvePath(URI.parse(folder), root).toString() : undefined;
  }

  /** What the nearest `.smtpdlintrc.json` beside or above a file says of it. */
  ofFiles(main: string): ResolvedSettings {
    const loaded = this.nearestTo(main);
    return loaded ? this.ask(loaded, main) : {};
  }

  /** Asks settings for those of a configuration: only then it is known whether its root is there. */
  ask(loaded: LoadedSettings, main: string): ResolvedSettings {
    return settingsOf(loaded, main, this.files);
  }

  /** The nearest `.smtpdlintrc.json` beside or above a file, with what it extends. */
  nearestTo(main: string): LoadedSettings | undefined {
    for (let folder = this.files.folderOf(main); ; ) {
      const loaded = this.load(this.files.resolve(folder, settingsFileName));
      if (loaded) return loaded;
      const parent = this.files.folderOf(folder);
      if (parent === folder) return undefined;
      folder = parent;
    }
  }

  /** A file of settings; undefined if there is none. */
  load(name: string): LoadedSettings | undefined {
    const found = loadSettings(name, this.files);
    if ("failure" in found && found.failure !== "unreadable") return undefined;
    const loaded = "failure" in found ? unreadable(name) : found;
    for (const { name, text, start, message } of problemsOf(loaded)) {
      // An open document shows them itself.
      if (this.workspace.documents.has(name)) continue;
      const { line, column } = lineColumn(lineStarts(text), start);
      this.complain(`${name}:${line}:${column}: ${message}`);
    }
    return loaded;
  }
}

/** True for `.smtpdlintrc.json`. */
export const isSettings = (uri: string): boolean => uri.endsWith(`/${settingsFileName}`);

/** What is wrong with them, whichever files it concerns. */
export const problemsOf = ({ problems, missingRoots }: LoadedSettings) => [...problems, ...missingRoots.values()];

const unreadable = (name: string): LoadedSettings => ({
  name,
  layers: [],
  problems: [{ name, text: "", start: 0, end: 0, message: "cannot be read", isOfDisk: true }],
  missingRoots: new Map(),
});
