import type { ReadFile } from "@smtpdlint/format";
import type { Edit } from "@smtpdlint/grammar";
import type { View } from "@smtpdlint/ide";
import { oncePer } from "@smtpdlint/model";
import type { TextDocumentIdentifier } from "vscode-languageserver";
import type { DocumentContext } from "../document-context.ts";
import { offsetsOf, type Session } from "../session.ts";

/** The formatter, over a document, a part of it, or around a new line. */
export function serveFormatting(session: Session): void {
  const { connection } = session;
  type Formatter = typeof import("@smtpdlint/format");
  /** The edits that one of the formatter's functions makes in a document. */
  const format = async (
    textDocument: TextDocumentIdentifier,
    edit: (formatter: Formatter, file: ReadFile, here: DocumentContext) => Edit[],
  ) => {
    // Loaded here: a page that only shows findings does without it.
    const formatter = await import("@smtpdlint/format");
    const here = session.documentAt(textDocument);
    const file = here && readFile(here.view);
    if (!here || !file) return [];
    const inFile = ({ span, text }: Edit): Edit => ({ span: { ...span, file: here.view.file }, text });
    return edit(formatter, file, here).map((one) => here.converter.textEdit(inFile(one)));
  };
  connection.onDocumentFormatting(
    session.guarded([], ({ textDocument }) =>
      format(textDocument, ({ formatText }, { path, text }) => formatText(path, text)),
    ),
  );
  connection.onDocumentRangeFormatting(
    session.guarded([], ({ textDocument, range }) =>
      format(textDocument, ({ formatLines }, file, here) => formatLines(file, offsetsOf(here, range))),
    ),
  );
  connection.onDocumentRangesFormatting(
    session.guarded([], ({ textDocument, ranges }) =>
      format(textDocument, ({ formatLines }, file, here) => {
        const edits = ranges.flatMap((range) => formatLines(file, offsetsOf(here, range)));
        // Two parts of a line have the same edits.
        return [...new Map(edits.map((edit) => [`${edit.span.start} ${edit.span.end}`, edit])).values()];
      }),
    ),
  );
  connection.onDocumentOnTypeFormatting(
    session.guarded([], ({ textDocument, position: { line } }) =>
      format(textDocument, ({ formatNewLine }, file, { view, converter }) =>
        line === 0 ? [] : formatNewLine(file, converter.offset(view.file, { line, character: 0 })),
      ),
    ),
  );
}

const readFile = oncePer(({ model, file }: View): ReadFile | undefined => {
  const source = model.sources.files[file];
  const { statements, macroUses } = model.config;
  return (
    source && {
      path: source.path,
      text: source.text,
      statements: statements.filter(({ span }) => span.file === file),
      macroUses: macroUses.filter(({ reference }) => reference.file === file),
    }
  );
});
