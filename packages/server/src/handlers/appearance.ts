import { foldingRanges, inlayHints, selectionRanges, semanticTokens, tokenModifiers, tokenTypes } from "@smtpdlint/ide";
import {
  type FoldingRange,
  type FoldingRangeParams,
  type InlayHint,
  type SelectionRange,
  type SelectionRangeParams,
  type SemanticTokens,
  SemanticTokensBuilder,
  type SemanticTokensDelta,
  type SemanticTokensDeltaParams,
  type SemanticTokensParams,
  type SemanticTokensRangeParams,
  type TextDocuments,
} from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { DocumentContext } from "../document-context.ts";
import { offsetsOf, type Session } from "../session.ts";

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

  /** The last tokens of each document, to tell what has changed. */
  const tokenBuilders = new Map<string, SemanticTokensBuilder>();
  documents.onDidClose(({ document }) => tokenBuilders.delete(document.uri));
  const fillTokens = (
    builder: SemanticTokensBuilder,
    { view, converter }: DocumentContext,
    range?: { start: number; end: number },
  ) => {
    const positionAt = converter.positionsIn(view.file);
    for (const { span, type, modifiers } of semanticTokens(view, range)) {
      const { line, character } = positionAt(span.start);
      let bits = 0;
      for (const modifier of modifiers) bits |= 1 << tokenModifiers.indexOf(modifier);
      builder.push(line, character, converter.length(span), tokenTypes.indexOf(type), bits);
    }
  };
  connection.languages.semanticTokens.on(
    session.guarded<SemanticTokensParams, SemanticTokens>({ data: [] }, (params) => {
      const { textDocument } = params;
      const ofTable = session.ofTable(params, (tables, workspace) => tables.tokens(workspace, params));
      if (ofTable) return ofTable;
      const here = session.documentAt(textDocument);
      if (!here) return { data: [] };
      const builder = new SemanticTokensBuilder();
      tokenBuilders.set(textDocument.uri, builder);
      fillTokens(builder, here);
      return builder.build();
    }),
  );
  connection.languages.semanticTokens.onDelta(
    session.guarded<SemanticTokensDeltaParams, SemanticTokensDelta | SemanticTokens>({ data: [] }, (params) => {
      const { textDocument, previousResultId } = params;
      const ofTable = session.ofTable(params, (tables, workspace) => tables.tokens(workspace, params));
      if (ofTable) return ofTable;
      const here = session.documentAt(textDocument);
      if (!here) return { data: [] };
      const builder = tokenBuilders.get(textDocument.uri) ?? new SemanticTokensBuilder();
      tokenBuilders.set(textDocument.uri, builder);
      builder.previousResult(previousResultId);
      fillTokens(builder, here);
      return builder.buildEdits();
    }),
  );
  connection.languages.semanticTokens.onRange(
    session.guarded<SemanticTokensRangeParams, SemanticTokens>({ data: [] }, (params) => {
      const { textDocument, range } = params;
      const ofTable = session.ofTable(params, (tables, workspace) => tables.tokens(workspace, params));
      if (ofTable) return ofTable;
      const here = session.documentAt(textDocument);
      if (!here) return { data: [] };
      const builder = new SemanticTokensBuilder();
      fillTokens(builder, here, offsetsOf(here, range));
      return builder.build();
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
