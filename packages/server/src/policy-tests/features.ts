import type { Match, Span } from "@smtpdlint/grammar";
import {
  completeTests,
  definitionForTests,
  failuresOf,
  hoverTests,
  mistakesIn,
  nameForTests,
  ruleLenses,
  type TestDiagnostic,
  type TestItem,
  testableRules,
  testItems,
  testLenses,
  testReferences,
  type View,
} from "@smtpdlint/ide";
import type { TestResult } from "@smtpdlint/lint";
import {
  type CancellationToken,
  type CodeAction,
  type CodeLens,
  type Diagnostic,
  DiagnosticSeverity,
  type DocumentSymbol,
  type FoldingRange,
  type Hover,
  type Location,
  type Position,
  type Range,
  SymbolKind,
} from "vscode-languageserver";
import { messageText, type Suggestion, toMarkdown, toSuggestion } from "../convert.ts";
import { normalize } from "../file-uris.ts";
import type { Platform } from "../platform.ts";
import type { Workspace } from "../workspace.ts";
import { runTestsCommand } from "./commands.ts";
import { type LoadedTests, TestFiles } from "./test-files.ts";

const severities = {
  mistake: DiagnosticSeverity.Error,
  failed: DiagnosticSeverity.Error,
  new: DiagnosticSeverity.Hint,
} as const;

/** Tests, and what came of them. */
export interface RunTests {
  readonly loaded: LoadedTests;
  readonly results: readonly TestResult[];
}

/** A name of the configuration in a test. */
export interface NameInTest {
  /** Of the name in the test. */
  readonly range: Range;
  /** Where it is defined. */
  readonly view: View;
  readonly offset: number;
}

interface Place {
  readonly textDocument: { readonly uri: string };
  readonly position: Position;
}

/** What editors ask of files of policy tests, in the words of LSP. */
export class TestFeatures {
  readonly files: TestFiles;

  constructor(
    private readonly workspace: Workspace,
    private readonly platform: Platform,
  ) {
    this.files = new TestFiles(workspace);
  }

  /** Runs a file as it is now; again if it changes meanwhile. Undefined if it cannot be read, or nobody waits any more. */
  async run(uri: string, token?: CancellationToken): Promise<RunTests | undefined> {
    for (;;) {
      const loaded = this.files.load(uri);
      const results = loaded && (await this.files.run(loaded));
      if (token?.isCancellationRequested) return undefined;
      const arrival = this.platform.arrived();
      await arrival;
      if (arrival || (loaded && !results)) continue;
      return loaded && results && { loaded, results };
    }
  }

  /** Undefined if nobody waits any more. */
  async diagnostics(uri: string, token?: CancellationToken): Promise<Diagnostic[] | undefined> {
    const run = await this.run(uri, token);
    if (!run) return token?.isCancellationRequested ? undefined : [];
    const { loaded, results } = run;
    return [...mistakesIn(loaded), ...failuresOf(loaded, results)].map((found) => this.diagnostic(found, loaded));
  }

  private diagnostic({ kind, span, message, related }: TestDiagnostic, { document }: LoadedTests): Diagnostic {
    return {
      range: rangeIn(document, span),
      severity: severities[kind],
      code: `test-${kind}`,
      source: "smtpdlint",
      message: messageText(message.split("\n")),
      ...(related &&
        this.workspace.client.relatedPlaces && {
          relatedInformation: [
            {
              location: this.workspace.converterFor(related.smtpd.policy.model).location(related.span),
              message: related.message,
            },
          ],
        }),
    };
  }

  hover({ textDocument: { uri }, position }: Place): Hover | null {
    const loaded = this.files.load(uri);
    const found = loaded && hoverTests(loaded, loaded.document.offsetAt(position));
    return found ? { contents: toMarkdown(found.markdown), range: rangeIn(loaded.document, found.span) } : null;
  }

  completion({ textDocument: { uri }, position }: Place, isUnasked: boolean): Suggestion[] {
    const loaded = this.files.load(uri);
    if (!loaded) return [];
    const list = (folder: string) =>
      this.workspace.files.list(this.workspace.files.beside(normalize(uri), folder)) ?? [];
    const options = { snippets: [], replaces: false, isUnasked, list };
    const items = completeTests(loaded, loaded.document.offsetAt(position), options);
    return items.map((item) => toSuggestion(item, rangeIn(loaded.document, item.span)));
  }

  definition({ textDocument: { uri }, position }: Place): Location[] {
    const loaded = this.files.load(uri);
    const found = loaded && definitionForTests(loaded, loaded.document.offsetAt(position));
    if (!found) return [];
    const converter = this.workspace.converterFor(found.model);
    return found.spans.map((span) => converter.location(span));
  }

  /** What stands at a place of a test if it is a name of the configuration, and where it is defined. */
  nameAt({ textDocument: { uri }, position }: Place): NameInTest | undefined {
    const loaded = this.files.load(uri);
    const found = loaded && nameForTests(loaded, loaded.document.offsetAt(position));
    if (!found) return undefined;
    const path = found.model.sources.files[found.definition.file]?.path;
    // The analysis of the tests may be another one, with a release and macros of theirs.
    const view = this.workspace
      .viewsOf(loaded.main)
      .find(({ model, file }) => model.sources.files[file]?.path === path);
    return view && { range: rangeIn(loaded.document, found.span), view, offset: found.definition.start };
  }

  symbols(uri: string): DocumentSymbol[] {
    const loaded = this.files.load(uri);
    const toSymbol = (
      { label, kind, span, selection, children }: TestItem,
      document: LoadedTests["document"],
    ): DocumentSymbol => ({
      name: label === "" ? "…" : label,
      kind: kind === "group" ? SymbolKind.Namespace : SymbolKind.Event,
      range: rangeIn(document, span),
      selectionRange: rangeIn(document, selection),
      children: children.map((child) => toSymbol(child, document)),
    });
    return loaded ? testItems(loaded).map((item) => toSymbol(item, loaded.document)) : [];
  }

  /** Its groups. */
  folds(uri: string): FoldingRange[] {
    const loaded = this.files.load(uri);
    if (!loaded) return [];
    return testItems(loaded).flatMap(({ span, children }) => {
      const { start, end } = rangeIn(loaded.document, span);
      return children.length > 0 ? { startLine: start.line, endLine: end.line, kind: "region" } : [];
    });
  }

  async codeActions(uri: string, { start, end }: Range, token: CancellationToken): Promise<CodeAction[]> {
    const run = await this.run(uri, token);
    if (!run) return [];
    const { loaded, results } = run;
    const { document } = loaded;
    const { testActions } = await import("../code-actions/offered-actions.ts");
    const actions = testActions(loaded, results, document.offsetAt(start), document.offsetAt(end));
    return actions.map(({ title, kind, preferred, edits, mends }) => ({
      title,
      kind,
      ...(mends && { diagnostics: [this.diagnostic(mends, loaded)] }),
      ...(preferred && { isPreferred: true }),
      edit: { changes: { [uri]: edits.map(({ span, text }) => ({ range: rangeIn(document, span), newText: text })) } },
    }));
  }

  async codeLenses(uri: string, token: CancellationToken): Promise<CodeLens[]> {
    const run = await this.run(uri, token);
    if (!run) return [];
    return testLenses(run.loaded, run.results).map(({ span, title, ids }) => ({
      range: rangeIn(run.loaded.document, span),
      command: { title, command: runTestsCommand, arguments: [uri, ...(ids ? [ids] : [])] },
    }));
  }

  /** Where tests name what stands at a place of their configuration. */
  references(view: View, offset: number): Location[] {
    const main = view.model.sources.files[0]?.path ?? "";
    return this.files.of(main).flatMap((loaded) => {
      const spans = testReferences(loaded, view, offset);
      return spans.map((span) => ({ uri: loaded.uri, range: rangeIn(loaded.document, span) }));
    });
  }

  /** The match rules of a document that tests may reach; none if there are no tests. */
  testedRules(view: View): Match[] {
    const main = view.model.sources.files[0]?.path ?? "";
    return this.files.of(main).some(({ machines }) => machines.length > 0) ? testableRules(view) : [];
  }

  /** How many tests reach the match rules of a document; none if there are no tests. */
  async ruleLenses(
    view: View,
    token: CancellationToken,
  ): Promise<readonly { readonly match: Match; readonly title: string; readonly places: readonly Location[] }[]> {
    const main = view.model.sources.files[0]?.path ?? "";
    const runs = await Promise.all(this.files.of(main).map(({ uri }) => this.run(uri, token)));
    const tested = runs.flatMap((run) => {
      if (!run || run.loaded.machines.length === 0) return [];
      const { document } = run.loaded;
      return { results: run.results, place: (span: Span) => ({ uri: document.uri, range: rangeIn(document, span) }) };
    });
    return tested.length > 0 ? ruleLenses(view, tested) : [];
  }
}

export const rangeIn = (document: LoadedTests["document"], { start, end }: Span): Range => ({
  start: document.positionAt(start),
  end: document.positionAt(end),
});
