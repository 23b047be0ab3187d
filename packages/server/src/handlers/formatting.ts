import { formatText } from "@smtpdlint/format";
import type { Edit } from "@smtpdlint/grammar";
import type { TextDocumentIdentifier } from "vscode-languageserver";
import { offsetsOf, type Session } from "../session.ts";

/** The formatter, over a document, a part of it, or the line that was just ended. */
export function serveFormatting(session: Session): void {
  const { connection } = session;
  /** The edits of the formatter in a document, or in a part of it. */
  const format = ({ uri }: TextDocumentIdentifier, range?: { start: number; end: number }) => {
    const here = session.documentAt({ uri });
    const source = here?.view.model.sources.files[here.view.file];
    if (!here || !source) return [];
    const edits = formatText(source.path, source.text, range ? { range } : {});
    const inFile = ({ span, text }: Edit): Edit => ({ span: { ...span, file: here.view.file }, text });
    return edits.map((edit) => here.converter.textEdit(inFile(edit)));
  };
  connection.onDocumentFormatting(session.guarded([], ({ textDocument }) => format(textDocument)));
  connection.onDocumentRangeFormatting(
    session.guarded([], ({ textDocument, range }) => {
      const here = session.documentAt(textDocument);
      if (!here) return [];
      return format(textDocument, offsetsOf(here, range));
    }),
  );
  connection.onDocumentOnTypeFormatting(
    session.guarded([], ({ textDocument, position }) => {
      const here = session.documentAt(textDocument);
      if (!here || position.line === 0) return [];
      const { view, converter } = here;
      const start = converter.offset(view.file, { line: position.line - 1, character: 0 });
      return format(textDocument, {
        start,
        end: converter.offset(view.file, { line: position.line, character: 0 }) - 1,
      });
    }),
  );
}
