import type { SettingsFileProblem } from "@smtpdlint/lint";
import { type Diagnostic, DiagnosticSeverity } from "vscode-languageserver";
import { problemsOf } from "./file-settings.ts";
import { normalize } from "./file-uris.ts";
import { positionsIn } from "./position-encoding.ts";
import type { Workspace } from "./workspace.ts";

/** What is wrong with `.smtpdlintrc.json`, as the command line says it. */
export class SettingsDiagnostics {
  /** What was said last of each file: what has not changed is the same list again. */
  private last = new Map<string, { readonly state: string; readonly items: Diagnostic[] }>();

  constructor(private readonly workspace: Workspace) {}

  /** By URI, of the files that configurations have their settings from: of those with mistakes, now or when it was called last, and of those that are open. */
  all(): Map<string, Diagnostic[]> {
    const { workspace } = this;
    const { settings } = workspace;
    const known = new Map(workspace.settingsOfOpen);
    const found = new Map<string, Map<string, Diagnostic>>();
    for (const [uri, { items }] of this.last) if (items.length > 0) found.set(uri, new Map());
    for (const { uri } of workspace.openSettings) {
      const name = normalize(uri);
      const loaded = known.get(name) ?? settings.load(name);
      if (loaded) known.set(name, loaded);
      found.set(name, new Map());
    }
    for (const loaded of known.values()) {
      for (const problem of problemsOf(loaded)) {
        const { name, start, message } = problem;
        // One that is open says more of itself.
        if (name !== loaded.name && known.has(name)) continue;
        const ofFile = found.get(name) ?? new Map<string, Diagnostic>();
        found.set(name, ofFile);
        // What several files extend has its mistakes once.
        if (this.isShown(problem)) ofFile.set(`${start} ${message}`, this.diagnostic(problem));
      }
    }
    this.last = new Map([...found].map(([uri, items]) => [uri, this.keep(uri, [...items.values()])]));
    return new Map([...this.last].map(([uri, { items }]) => [workspace.files.clientUri(uri), items]));
  }

  /** Of one document. */
  of(uri: string): Diagnostic[] {
    return this.all().get(this.workspace.files.clientUri(normalize(uri))) ?? [];
  }

  /** An editor with our schema says the rest itself of what is open. */
  private isShown({ name, isOfDisk }: SettingsFileProblem): boolean {
    return isOfDisk || !this.workspace.client.knowsSettings || !this.workspace.hasSettings(name);
  }

  private diagnostic({ name, text, start, end, message }: SettingsFileProblem): Diagnostic {
    const document = positionsIn(name, text, this.workspace.client.positionEncoding);
    return {
      range: { start: document.positionAt(start), end: document.positionAt(end) },
      severity: DiagnosticSeverity.Error,
      code: "settings",
      source: "smtpdlint",
      message,
    };
  }

  private keep(uri: string, items: Diagnostic[]) {
    const state = JSON.stringify(items);
    const last = this.last.get(uri);
    return last?.state === state ? last : { state, items };
  }
}
