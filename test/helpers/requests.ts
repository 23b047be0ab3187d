import type { Position, ProtocolConnection, Range } from "vscode-languageserver-protocol/node";

/** Where somebody works in a document that is open. */
export interface Workplace {
  readonly textDocument: { readonly uri: string };
  /** The cursor. */
  readonly position: Position;
  /** What is to be seen of the document. */
  readonly screen: Range;
}

/** What an editor asks a server while somebody types. */
export interface EditorRequest {
  readonly method: string;
  /** The parameters beside the document. */
  readonly params: (place: Workplace) => object;
}

const options = { tabSize: 8, insertSpaces: false };
const atCursor = ({ position }: Workplace) => ({ position });
const onScreen = ({ screen }: Workplace) => ({ range: screen });
const nothing = () => ({});

/** All but those that depend on an answer before. */
export const editorRequests: readonly EditorRequest[] = [
  { method: "textDocument/completion", params: atCursor },
  { method: "textDocument/hover", params: atCursor },
  { method: "textDocument/signatureHelp", params: atCursor },
  { method: "textDocument/definition", params: atCursor },
  {
    method: "textDocument/references",
    params: ({ position }) => ({ position, context: { includeDeclaration: true } }),
  },
  { method: "textDocument/documentHighlight", params: atCursor },
  { method: "textDocument/prepareRename", params: atCursor },
  { method: "textDocument/rename", params: ({ position }) => ({ position, newName: "other" }) },
  { method: "textDocument/documentSymbol", params: nothing },
  { method: "workspace/symbol", params: () => ({ query: "a1" }) },
  { method: "textDocument/documentLink", params: nothing },
  { method: "textDocument/foldingRange", params: nothing },
  { method: "textDocument/selectionRange", params: ({ position }) => ({ positions: [position] }) },
  { method: "textDocument/semanticTokens/full", params: nothing },
  { method: "textDocument/semanticTokens/range", params: onScreen },
  { method: "textDocument/inlayHint", params: onScreen },
  { method: "textDocument/codeLens", params: nothing },
  {
    method: "textDocument/codeAction",
    params: ({ position }) => ({ range: { start: position, end: position }, context: { diagnostics: [] } }),
  },
  { method: "textDocument/onTypeFormatting", params: ({ position }) => ({ position, ch: "\n", options }) },
  { method: "textDocument/rangeFormatting", params: ({ screen }) => ({ range: screen, options }) },
  { method: "textDocument/formatting", params: () => ({ options }) },
  // Once it has been asked for, the server sends none by itself.
  { method: "textDocument/diagnostic", params: nothing },
];

/** The answer without the name that the server gives it, or the message of the error that comes in its place. */
export async function answerTo(
  { method, params }: EditorRequest,
  connection: Pick<ProtocolConnection, "sendRequest">,
  place: Workplace,
): Promise<unknown> {
  try {
    const parameters = { textDocument: place.textDocument, ...params(place) };
    const answer = await connection.sendRequest<{ resultId?: string } | null>(method, parameters);
    delete answer?.resultId;
    return answer;
  } catch (error) {
    return { error: (error as Error).message };
  }
}
