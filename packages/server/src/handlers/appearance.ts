import { foldingRanges, groupsIn, inlayHints, selectionRanges, tokenGroups } from "@smtpdlint/ide";
import type {
  FoldingRange,
  FoldingRangeParams,
  InlayHint,
  SelectionRange,
  SelectionRangeParams,
  SemanticTokens,
  SemanticTokensDelta,
  SemanticTokensDeltaParams,
  SemanticTokensParams,
  SemanticTokensRangeParams,
  TextDocumentIdentifier,
  TextDocuments,
} from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { DocumentContext } from "../document-context.ts";
import { offsetsOf, type Session } from "../session.ts";
import { type EncodedDocument, editsOf, TokenEncoder } from "../token-encoder.ts";

/** How a document looks: colours, hints between the words, folds. */
export function serveAppearance(session: Session, documents: TextDocuments<TextDocument>): void {
  const { connection, workspace } = session;
  connection.onFoldingRanges(
    // Of what has no folds of ours, a client may know some itself.
    session.guarded<FoldingRangeParams, FoldingRange[] | null>(null, async ({ textDocument }) => {
      const { mostFolds } = session.clientCapabilities;
      if (session.tests.has(textDocument)) {
        return (await session.tests.features()).folds(textDocument.uri).slice(0, mostFolds);
      }
      const here = session.documentAt(textDocument);
      if (!here) return null;
      return foldingRanges(here.view)
        .slice(0, mostFolds)
        .map(({ span, kind }) => {
          const { start, end } = here.converter.range(span);
          return { startLine: start.line, endLine: end.line, kind };
        });
    }),
  );
  connection.onSelectionRanges(
    session.guarded<SelectionRangeParams, SelectionRange[] | null>(null, ({ textDocument, positions }) => {
      const here = session.documentAt(textDocument);
      if (!here) return null;
      const { view, converter } = here;
      return positions.map((position) => {
        const spans = selectionRanges(view, converter.offset(view.file, position));
        const outermost: SelectionRange = { range: { start: position, end: position } };
        return (
          spans.reduceRight<SelectionRange | undefined>(
            (parent, span) => ({ range: converter.range(span), ...(parent && { parent }) }),
            undefined,
          ) ?? outermost
        );
      });
    }),
  );

  const encoder = new TokenEncoder();
  /** The last tokens of each document, to tell what has changed. */
  const last = new Map<string, EncodedDocument & { readonly resultId: string }>();
  documents.onDidClose(({ document }) => last.delete(document.uri));
  let count = 0;
  const tokensOf = ({ uri }: TextDocumentIdentifier, here: DocumentContext) => {
    const encoded = encoder.encodeAll(tokenGroups(here.view), here, last.get(uri));
    const resultId = String(++count);
    last.set(uri, { ...encoded, resultId });
    return { resultId, data: encoded.data as number[] };
  };
  connection.languages.semanticTokens.on(
    session.guarded<SemanticTokensParams, SemanticTokens>({ data: [] }, (params) => {
      const { textDocument } = params;
      const ofTable = session.ofTable(params, (tables, workspace) => tables.tokens(workspace, params));
      if (ofTable) return ofTable;
      const here = session.documentAt(textDocument);
      return here ? tokensOf(textDocument, here) : { data: [] };
    }),
  );
  connection.languages.semanticTokens.onDelta(
    session.guarded<SemanticTokensDeltaParams, SemanticTokensDelta | SemanticTokens>({ data: [] }, (params) => {
      const { textDocument, previousResultId } = params;
      const ofTable = session.ofTable(params, (tables, workspace) => tables.tokens(workspace, params));
      if (ofTable) return ofTable;
      const here = session.documentAt(textDocument);
      if (!here) return { data: [] };
      const before = last.get(textDocument.uri);
      const tokens = tokensOf(textDocument, here);
      if (before?.resultId !== previousResultId) return tokens;
      return { resultId: tokens.resultId, edits: editsOf(before.data, tokens.data) };
    }),
  );
  connection.languages.semanticTokens.onRange(
    session.guarded<SemanticTokensRangeParams, SemanticTokens>({ data: [] }, (params) => {
      const { textDocument, range } = params;
      const ofTable = session.ofTable(params, (tables, workspace) => tables.tokens(workspace, params));
      if (ofTable) return ofTable;
      const here = session.documentAt(textDocument);
      if (!here) return { data: [] };
      const { start, end } = offsetsOf(here, range);
      return { data: encoder.encode(groupsIn(here.view, start, end), here.converter, here.view.file) };
    }),
  );
  connection.languages.inlayHint.on(
    session.guarded([], ({ textDocument, range }) => {
      const here = session.documentAt(textDocument);
      if (!here) return [];
      const { start, end } = offsetsOf(here, range);
      const options = workspace.settings.ofClient(textDocument.uri).inlayHints ?? {};
      return inlayHints(here.view, start, end, options).map((hint): InlayHint => {
        const { offset, label, tooltip, padding, insert, place } = hint;
        const position = here.converter.position(here.view.file, offset);
        return {
          position,
          label: place ? [{ value: label, tooltip, location: here.converter.location(place) }] : label,
          ...(!place && { tooltip }),
          ...(padding === "left" ? { paddingLeft: true } : { paddingRight: true }),
          ...(insert !== undefined && { textEdits: [{ range: { start: position, end: position }, newText: insert }] }),
        };
      });
    }),
  );
}
