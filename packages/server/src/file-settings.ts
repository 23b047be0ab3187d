import { lineColumn, lineStarts, parseRelease, type Release } from "@smtpdlint/grammar";
import {
  expandCategories,
  loadSettings,
  type ResolvedSettings,
  type SettingsFiles,
  settingsFileName,
  settingsOf,
} from "@smtpdlint/lint";
import type { FileNames } from "@smtpdlint/model";
import { URI, Utils } from "vscode-uri";
import type { ClientSettings } from "./client-settings.ts";
import { normalize } from "./file-uris.ts";

/** What is set for each file: by `.smtpdlintrc.json` beside or above it, or else by the client. */
export class FileSettings {
  private ofWindow: ClientSettings = {};
  private ofFolders: ReadonlyMap<string, ClientSettings> = new Map();
  private readonly files: SettingsFiles;
  /** Is told, again and again, what is wrong with settings. */
  complain: (message: string) => void = () => {};

  constructor(
    private readonly names: FileNames,
    read: SettingsFiles["read"],
    private readonly folderOf: (uri: string) => string | undefined,
  ) {
    this.files = {
      read,
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
    const folder = this.folderOf(normalize(uri));
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

  private clientRoot(main: string): string | undefined {
    const { root } = this.ofClient(main);
    const folder = this.folderOf(main) ?? this.names.folderOf(main);
    return root ? Utils.resolvePath(URI.parse(folder), root).toString() : undefined;
  }

  /** What the nearest `.smtpdlintrc.json` beside or above a file says of it. */
  ofFiles(main: string): ResolvedSettings {
    for (let folder = this.names.folderOf(main); ; ) {
      const file = this.names.resolve(folder, settingsFileName);
      const loaded = loadSettings(file, this.files);
      if (!("failure" in loaded)) {
        for (const { name, text, start, message } of loaded.problems) {
          const { line, column } = lineColumn(lineStarts(text), start);
          this.complain(`${name}:${line}:${column}: ${message}`);
        }
        return settingsOf(loaded, main, this.files);
      }
      if (loaded.failure === "unreadable") this.complain(`${file} cannot be read`);
      const parent = this.names.folderOf(folder);
      if (parent === folder) return {};
      folder = parent;
    }
  }
}
