import type { View } from "@smtpdlint/ide";
import type { Connection, Range, TextDocumentIdentifier, TextDocumentPositionParams } from "vscode-languageserver";
import { Converter } from "./convert.ts";
import { faultText } from "./fault.ts";
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
};

/** One client, and what the answers to it have in common. */
export class Session {
  clientCapabilities = noCapabilities;
  /** Set once the client has asked for diagnostics: some say that they will and never do. */
  hasPulled = false;

  constructor(
    readonly connection: Connection,
    readonly workspace: Workspace,
  ) {}

  /** A feature that fails costs its own answer, and nothing else. */
  guarded<P, R>(empty: R, answer: (params: P) => R): (params: P) => R {
    return (params) => {
      try {
        return answer(params);
      } catch (error) {
        this.connection.console.error(faultText(error));
        return empty;
      }
    };
  }

  documentAt({ uri }: TextDocumentIdentifier): DocumentContext | undefined {
    const view = this.workspace.viewOf(uri);
    return view && { view, converter: new Converter(view.model, (path) => this.workspace.clientUri(path)) };
  }

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
