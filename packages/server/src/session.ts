import type { View } from "@smtpdlint/ide";
import { oncePer } from "@smtpdlint/model";
import type {
  CancellationToken,
  Connection,
  Range,
  TextDocumentIdentifier,
  TextDocumentPositionParams,
} from "vscode-languageserver";
import type { ClientCapabilities } from "./client-capabilities.ts";
import type { Converter } from "./convert.ts";
import type { DocumentContext } from "./document-context.ts";
import { cancelled, contentModified, faultText } from "./fault.ts";
import type { MailFeatures } from "./mail/mail-features.ts";
import type { HeadDifferences } from "./policy-diff/head-differences.ts";
import type { PolicyTests } from "./policy-tests/policy-tests.ts";
import { readOpen } from "./turns.ts";
import type { Workspace } from "./workspace.ts";

/** One client, and what the answers to it have in common. */
export class Session {
  /** Set once the client has asked for diagnostics: some say that they will and never do. */
  hasPulled = false;
  private loadedMail: Promise<MailFeatures> | undefined;

  constructor(
    readonly connection: Connection,
    readonly workspace: Workspace,
    readonly tests: PolicyTests,
    readonly head: HeadDifferences,
  ) {}

  /** What becomes of mail. Loaded when it is asked for: it is large, and many never ask. */
  mail(): Promise<MailFeatures> {
    this.loadedMail ??= Promise.all([import("./mail/mail-features.ts"), this.tests.features()]).then(
      ([{ MailFeatures }, { files }]) => new MailFeatures(this.workspace, files),
    );
    return this.loadedMail;
  }

  get clientCapabilities(): ClientCapabilities {
    return this.workspace.client;
  }

  /** A feature that fails costs its own answer, and nothing else. */
  guarded<P, R, More extends readonly unknown[] = []>(
    empty: R,
    answer: (params: P, token: CancellationToken, ...more: More) => R | Promise<R>,
  ) {
    const failed = (error: unknown) => {
      // Nobody waits for the answer any more.
      if (error === cancelled || error === contentModified) throw error;
      this.connection.console.error(faultText(error));
      return empty;
    };
    return (params: P, token: CancellationToken, ...more: More): R | Promise<R> => {
      try {
        const given = this.whenRead(params, token, () => answer(params, token, ...more));
        return given instanceof Promise ? given.catch(failed) : given;
      } catch (error) {
        return failed(error);
      }
    };
  }

  /**
   * The answer to a question, once everything is read that it may depend on.
   * Who has changed the document meanwhile will ask again.
   */
  whenRead<R>(params: unknown, token: CancellationToken, answer: () => R | Promise<R>): R | Promise<R> {
    const { workspace } = this;
    if (!workspace.isBehind) return answer();
    const { uri } = (params as Partial<TextDocumentPositionParams> | null)?.textDocument ?? {};
    const version = () => (uri === undefined ? undefined : workspace.versionOf(uri));
    const asked = version();
    return readOpen(workspace, () => !token.isCancellationRequested).then((isWanted) => {
      if (!isWanted) throw cancelled;
      if (version() !== asked) throw contentModified;
      return answer();
    });
  }

  documentAt({ uri }: TextDocumentIdentifier): DocumentContext | undefined {
    const view = this.workspace.viewOf(uri);
    return view && this.contextOf(view);
  }

  /** The configuration to which a document belongs, also one that it tests, reads as a table, or delivers by. */
  async configurationOf({ uri }: TextDocumentIdentifier): Promise<DocumentContext | undefined> {
    const here = this.documentAt({ uri });
    if (here) return here;
    const main = this.tests.has({ uri })
      ? (await this.tests.features()).files.load(uri)?.main
      : await this.ofTable({ textDocument: { uri } }, (tables, workspace) => tables.configuration(workspace, { uri }));
    return main !== undefined && "text" in this.workspace.files.read(main)
      ? this.contextOf(this.workspace.mainViewOf(main))
      : undefined;
  }

  /** A file of a table, or of members, in each configuration that reads it. */
  tableContexts({ uri }: TextDocumentIdentifier): DocumentContext[] {
    return this.workspace.tableViews(uri).map((view) => this.contextOf(view));
  }

  /** The answer about a file of a table, or a `.forward`; undefined for another document. What answers is loaded with the first question. */
  ofTable<R>(
    { textDocument }: { readonly textDocument: TextDocumentIdentifier },
    answer: (tables: typeof import("./handlers/table-files.ts").tableAnswers, workspace: Workspace) => R,
  ): Promise<R> | undefined {
    if (!this.workspace.isTable(textDocument.uri)) return undefined;
    return import("./handlers/table-files.ts").then(({ tableAnswers }) => answer(tableAnswers, this.workspace));
  }

  /** The lines of a text are looked for once. */
  private readonly contextOf = oncePer(
    (view: View): DocumentContext => ({
      view,
      converter: this.workspace.converterFor(view.model),
    }),
  );

  /** The answer of a feature to a question about a place. */
  answerAt<R>(
    { textDocument, position }: TextDocumentPositionParams,
    empty: R,
    answer: (view: View, offset: number, converter: Converter) => R,
  ): R {
    const here = this.documentAt(textDocument);
    return here ? answer(here.view, here.converter.offset(here.view.file, position), here.converter) : empty;
  }
}

export const offsetsOf = ({ view, converter }: DocumentContext, { start, end }: Range) => ({
  start: converter.offset(view.file, start),
  end: converter.offset(view.file, end),
});
