import type { View } from "@smtpdlint/ide";
import { oncePer } from "@smtpdlint/model";
import type {
  CancellationToken,
  Connection,
  Range,
  TextDocumentIdentifier,
  TextDocumentPositionParams,
} from "vscode-languageserver";
import { Converter } from "./convert.ts";
import { faultText } from "./fault.ts";
import type { HeadDifferences } from "./policy-diff/head-differences.ts";
import type { TestFeatures } from "./policy-tests/features.ts";
import type { Workspace } from "./workspace.ts";

/** A document of a request, with what turns its places into ours. */
export interface DocumentContext {
  readonly view: View;
  readonly converter: Converter;
}

/** What the client can do, as it says when it introduces itself. */
export const noCapabilities = {
  pull: false,
  refreshDiagnostics: false,
  refreshInlayHints: false,
  snippets: false,
  configuration: false,
  configurationEvents: false,
  folders: false,
  watch: false,
  showDocument: false,
  refreshCodeLenses: false,
  applyEdit: false,
  createFiles: false,
};

/** One client, and what the answers to it have in common. */
export class Session {
  clientCapabilities = noCapabilities;
  /** Set once the client has asked for diagnostics: some say that they will and never do. */
  hasPulled = false;

  constructor(
    readonly connection: Connection,
    readonly workspace: Workspace,
    readonly tests: TestFeatures,
    readonly head: HeadDifferences,
  ) {}

  /** A feature that fails costs its own answer, and nothing else. */
  guarded<P, R>(empty: R, answer: (params: P, token: CancellationToken) => R | Promise<R>) {
    const failed = (error: unknown) => {
      this.connection.console.error(faultText(error));
      return empty;
    };
    return (params: P, token: CancellationToken): R | Promise<R> => {
      try {
        const given = answer(params, token);
        return given instanceof Promise ? given.catch(failed) : given;
      } catch (error) {
        return failed(error);
      }
    };
  }

  documentAt({ uri }: TextDocumentIdentifier): DocumentContext | undefined {
    const view = this.workspace.viewOf(uri);
    return view && this.contextOf(view);
  }

  /** The lines of a text are looked for once. */
  private readonly contextOf = oncePer(
    (view: View): DocumentContext => ({
      view,
      converter: new Converter(view.model, (path) => this.workspace.clientUri(path)),
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
