import {
  codeLenses,
  foldingRanges,
  inlayHints,
  selectionRanges,
  semanticTokens,
  tokenModifiers,
  tokenTypes,
} from "@smtpdlint/ide";
import {
  type CodeLens,
  type CodeLensParams,
  type Location,
  type Range,
  type SelectionRange,
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
import { writeTestCommand } from "../policy-tests/commands.ts";
import { offsetsOf, type Session } from "../session.ts";
import { differencesLens } from "./differences.ts";

/** A command of the client's, with a document, a place in it, and the places to show. */
const showReferences = "smtpdlint.showReferences";

/** How a document looks: colours, hints between the words, folds. */
export function serveAppearance(session: Session, documents: TextDocuments<TextDocument>): void {
  const { connection, workspace } = session;
  connection.onFoldingRanges(
    session.guarded([], ({ textDocument }) => {
      const here = session.documentAt(textDocument);
      if (!here) return [];
      const { mostFolds } = session.clientCapabilities;
      return foldingRanges(here.view)
        .slice(0, mostFolds)
        .map(({ span, kind }) => {
          const { start, end } = here.converter.range(span);
          return { startLine: start.line, endLine: end.line, kind };
        });
    }),
  );
  connection.onSelectionRanges(
    session.guarded([], ({ textDocument, positions }) => {
      const here = session.documentAt(textDocument);
      if (!here) return [];
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
      return inlayHints(here.view, start, end, options).map(({ offset, label, tooltip, padding }) => ({
        position: here.converter.position(here.view.file, offset),
        label,
        tooltip,
        ...(padding === "left" ? { paddingLeft: true } : { paddingRight: true }),
      }));
    }),
  );
  connection.onCodeLens(
    session.guarded<CodeLensParams, CodeLens[]>([], async ({ textDocument }, token) => {
      const tests = await session.tests.features();
      if (session.tests.has(textDocument)) return tests.codeLenses(textDocument.uri, token);
      const here = session.documentAt(textDocument);
      if (!here) return [];
      const { view, converter } = here;
      const lens = (title: string, range: Range, locations: readonly Location[]): CodeLens => {
        // A client that does not know the command shows the text all the same.
        const command = locations.length > 0 && session.clientCapabilities.showReferences ? showReferences : "";
        return { range, command: { title, command, arguments: [textDocument.uri, range.start, locations] } };
      };
      const main = workspace.mainOf(textDocument.uri);
      const isMain = view.model.sources.files[view.file]?.path === main;
      const ofChange = isMain ? await differencesLens(session, textDocument.uri, main) : [];
      const { references } = workspace.settings.ofClient(textDocument.uri).codeLenses ?? {};
      const ofNames = (references ? codeLenses(view) : []).map(({ span, title, places }) =>
        lens(
          title,
          converter.range(span),
          places.map((place) => converter.location(place)),
        ),
      );
      const ofTests = (await tests.ruleLenses(view, token)).map(({ match, title, places }) => {
        const range = converter.range(match.span);
        if (places.length > 0 || !session.clientCapabilities.applyEdit) return lens(title, range, places);
        const command = { title: `${title}: write one`, command: writeTestCommand };
        return { range, command: { ...command, arguments: [textDocument.uri, range.start] } };
      });
      return [...ofChange, ...ofNames, ...ofTests];
    }),
  );
}
