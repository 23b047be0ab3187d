import type { Analysis } from "@smtpdlint/lint";
import type { Connection, Diagnostic } from "vscode-languageserver";
import { faultText } from "./fault.ts";
import { normalize } from "./file-uris.ts";
import type { PolicyTests } from "./policy-tests/policy-tests.ts";
import type { SettingsDiagnostics } from "./settings-diagnostics.ts";
import { answersTurn, readOpen, slice, soon } from "./turns.ts";
import type { Workspace } from "./workspace.ts";

/** A text of so many characters takes longer than somebody likes to wait without a word. */
const longText = 1_000_000;

/**
 * Looks for the mistakes in configurations, bit by bit, so that what else is
 * asked meanwhile is answered. Gives each that is done; stops when nobody
 * wants to know any more.
 */
export async function* searched(
  workspace: Workspace,
  mains: Iterable<string>,
  isWanted: () => boolean,
): AsyncGenerator<string> {
  let end = performance.now() + slice;
  const isOurTurn = () => performance.now() < end;
  for (const main of mains) {
    // What changes meanwhile is looked at anew.
    while (!isOurTurn() || !workspace.analysisOf(main).advance(isOurTurn)) {
      await answersTurn();
      if (!isWanted()) return;
      end = performance.now() + slice;
    }
    yield main;
  }
}

/** The same of all. False if nobody wants to know any more. */
export async function findMistakes(
  workspace: Workspace,
  mains: Iterable<string>,
  isWanted: () => boolean,
): Promise<boolean> {
  for await (const _ of searched(workspace, mains, isWanted));
  return isWanted();
}

/** The findings of a configuration by the URI of the file that they are in, also of files without any. */
export function diagnosticsOf(workspace: Workspace, main: string): Map<string, Diagnostic[]> {
  return findingsByUri(workspace, workspace.analysisOf(main));
}

/** The same for an analysis, which is converted once. */
export function findingsByUri(workspace: Workspace, analysis: Analysis): Map<string, Diagnostic[]> {
  let found = converted.get(analysis);
  if (!found) {
    found = convert(workspace, analysis);
    converted.set(analysis, found);
  }
  return found;
}

const converted = new WeakMap<Analysis, Map<string, Diagnostic[]>>();

function convert(workspace: Workspace, { model, diagnostics }: Analysis): Map<string, Diagnostic[]> {
  const converter = workspace.converterFor(model);
  const byUri = new Map<string, Diagnostic[]>(
    model.config.files.map(({ path }) => [workspace.files.clientUri(path), []]),
  );
  for (const diagnostic of diagnostics) {
    const uri = converter.uri(diagnostic.span);
    const found = byUri.get(uri);
    if (found) found.push(converter.diagnostic(diagnostic));
    else byUri.set(uri, [converter.diagnostic(diagnostic)]);
  }
  return byUri;
}

/** Sends diagnostics to a client that does not ask for them. */
export class Publisher {
  /** Set once the client has introduced itself. */
  canShowProgress = false;
  private scheduled = 0;
  /** What was said last of files of tests. */
  private readonly ofTests = new Map<string, string>();
  private published = new Map<string, { diagnostics: Diagnostic[]; version: number | undefined }>();

  constructor(
    private readonly connection: Connection,
    private readonly workspace: Workspace,
    private readonly tests: PolicyTests,
    private readonly settings: SettingsDiagnostics,
  ) {}

  /** Publishes soon; what was to be published before is stale. */
  schedule(): void {
    const number = ++this.scheduled;
    // Messages that came together are handled one a turn: the last of them is answered.
    soon(() =>
      soon(() => {
        if (number !== this.scheduled) return;
        // The next change may be one that works.
        this.publishLater(() => number === this.scheduled).catch((error: unknown) =>
          this.connection.console.error(faultText(error)),
        );
      }),
    );
  }

  /** Tells the client that it takes a while, if it does. */
  private async publishLater(isWanted: () => boolean): Promise<void> {
    const open = [...this.workspace.files.documents.values()];
    const long = this.canShowProgress && open.some((document) => document.getText().length > longText);
    const progress = long ? await this.connection.window.createWorkDoneProgress() : undefined;
    progress?.begin("smtpdlint", undefined, "reading the configuration");
    try {
      const isRead = await readOpen(this.workspace, isWanted);
      if (isRead && (await findMistakes(this.workspace, this.mains(), isWanted))) {
        // Who has asked for something is answered first.
        await answersTurn();
        if (isWanted()) this.publish();
      }
    } finally {
      progress?.done();
    }
    await this.publishTests(isWanted);
  }

  /** Those of tests take longer; what has changed meanwhile is published by others. */
  private async publishTests(isWanted: () => boolean): Promise<void> {
    const open = this.workspace.openTests;
    for (const uri of this.ofTests.keys()) if (!open.some((document) => document.uri === uri)) this.sendTests(uri, []);
    for (const { uri, version } of open) {
      const diagnostics = await (await this.tests.features()).diagnostics(uri);
      if (!isWanted()) return;
      if (diagnostics) this.sendTests(uri, diagnostics, version);
    }
  }

  private sendTests(uri: string, diagnostics: Diagnostic[], version?: number): void {
    const state = JSON.stringify([version, diagnostics]);
    if (this.ofTests.get(uri) === state) return;
    if (version === undefined) this.ofTests.delete(uri);
    else this.ofTests.set(uri, state);
    void this.connection.sendDiagnostics({ uri, diagnostics, ...this.versionOf(version) });
  }

  private versionOf(version: number | undefined): { readonly version?: number } {
    return version !== undefined && this.workspace.client.versions ? { version } : {};
  }

  /** The configurations that are open. */
  private mains(): ReadonlySet<string> {
    return new Set(this.workspace.openDocuments.map(({ uri }) => this.workspace.mainOf(uri)));
  }

  private publish(): void {
    const found = new Map<string, Diagnostic[]>();
    for (const main of this.mains()) {
      for (const [uri, diagnostics] of diagnosticsOf(this.workspace, main)) {
        // A file that several configurations include has the findings of all of them.
        const others = found.get(uri);
        found.set(uri, others ? merge(others, diagnostics) : diagnostics);
      }
    }
    for (const [uri, diagnostics] of this.settings.all()) found.set(uri, diagnostics);
    // Once they are there, all is looked at again.
    if (this.workspace.files.awaitsFiles) return;
    const open = [...this.workspace.openDocuments, ...this.workspace.openSettings];
    const versions = new Map(open.map(({ uri, version }) => [normalize(uri), version]));
    const send = (uri: string, diagnostics: Diagnostic[], version = versions.get(normalize(uri))) =>
      void this.connection.sendDiagnostics({ uri, diagnostics, ...this.versionOf(version) });
    // The file of a table is found only as long as something is wrong with it.
    for (const uri of this.published.keys()) if (!found.has(uri)) send(uri, []);
    for (const [uri, diagnostics] of found) {
      const version = versions.get(normalize(uri));
      const before = this.published.get(uri);
      if (before?.diagnostics === diagnostics && before.version === version) continue;
      send(uri, diagnostics, version);
    }
    this.published = new Map(
      [...found].map(([uri, diagnostics]) => [uri, { diagnostics, version: versions.get(normalize(uri)) }]),
    );
  }

  /** Takes back what was published: from now on the client asks. */
  stop(): void {
    this.scheduled++;
    for (const uri of this.published.keys()) void this.connection.sendDiagnostics({ uri, diagnostics: [] });
    this.published.clear();
    for (const uri of this.ofTests.keys()) this.sendTests(uri, []);
  }
}

export function merge(one: readonly Diagnostic[], other: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return [...one, ...other].filter((item) => {
    const key = JSON.stringify([item.range, item.code, item.message]);
    return !seen.has(key) && seen.add(key);
  });
}
