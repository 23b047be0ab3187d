import type { Edit } from "@smtpdlint/grammar";
import type { TextDocumentIdentifier } from "vscode-languageserver";
import type { DocumentContext } from "../document-context.ts";
import { offsetsOf, type Session } from "../session.ts";

interface Offsets {
  readonly start: number;
  readonly end: number;
}

/** The formatter, over a document, a part of it, or the line that was just ended. */
export function serveFormatting(session: Session): void {
  const { connection } = session;
  /** The edits of the formatter in a document, or in a part of it. */
  const format = async ({ uri }: TextDocumentIdentifier, rangeIn?: (here: DocumentContext) => Offsets | undefined) => {
    // Loaded here: a page that only shows findings does without it.
    const { formatText } = await import("@smtpdlint/format");
    const here = session.documentAt({ uri });
    const source = here?.view.model.sources.files[here.view.file];
    if (!here || !source) return [];
    const range = rangeIn?.(here);
    if (rangeIn && !range) return [];
    const edits = formatText(source.path, source.text, range ? { range } : {});
    const inFile = ({ span, text }: Edit): Edit => ({ span: { ...span, file: here.view.file }, text });
    return edits.map((edit) => here.converter.textEdit(inFile(edit)));
  };
  connection.onDocumentFormatting(session.guarded([], ({ textDocument }) => format(textDocument)));
  connection.onDocumentRangeFormatting(
    session.guarded([], ({ textDocument, range }) => format(textDocument, (here) => offsetsOf(here, range))),
  );
  connection.onDocumentOnTypeFormatting(
    session.guarded([], ({ textDocument, position: { line } }) =>
      format(textDocument, ({ view, converter }) => {
        if (line === 0) return undefined;
        const start = converter.offset(view.file, { line: line - 1, character: 0 });
        return { start, end: converter.offset(view.file, { line, character: 0 }) - 1 };
      }),
    ),
  );
}
