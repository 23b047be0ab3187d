import {
  CompletionItemKind,
  type DiagnosticTag,
  type InitializeParams,
  MarkupKind,
  SymbolKind,
} from "vscode-languageserver";
import { chooseEncoding } from "./position-encoding.ts";

/** What a client can do, as it says when it introduces itself; what it does not say, it cannot. */
export type ClientCapabilities = ReturnType<typeof readCapabilities>;

/** Reads what the server has to know of a client out of how it introduces itself. */
export function readCapabilities({
  capabilities: { general, textDocument, workspace, window, experimental },
}: Pick<InitializeParams, "capabilities">) {
  const { completion, hover, signatureHelp, documentSymbol, codeAction, foldingRange, rename } = textDocument ?? {};
  // Those who pull diagnostics say in either place what they can show.
  const shown = [textDocument?.publishDiagnostics, textDocument?.diagnostic];
  const edits = workspace?.workspaceEdit;
  return {
    positionEncoding: chooseEncoding(general?.positionEncodings),
    /** It asks for diagnostics, or says so. */
    pull: textDocument?.diagnostic !== undefined,
    /** It takes the diagnostics of included files with those of a document. */
    relatedDocuments: textDocument?.diagnostic?.relatedDocumentSupport === true,
    relatedPlaces: shown.some((can) => can?.relatedInformation === true),
    diagnosticTags: new Set<DiagnosticTag>(shown.flatMap((can) => can?.tagSupport?.valueSet ?? [])),
    /** It shows the page of a finding's rule as a link. */
    linksOfCodes: shown.some((can) => can?.codeDescriptionSupport === true),
    versions: textDocument?.publishDiagnostics?.versionSupport === true,
    refreshDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    refreshInlayHints: workspace?.inlayHint?.refreshSupport === true,
    refreshCodeLenses: workspace?.codeLens?.refreshSupport === true,
    snippets: completion?.completionItem?.snippetSupport === true,
    /** It replaces what is behind the cursor. All that know two ranges do; some others only insert. */
    replaces: completion?.completionItem?.insertReplaceSupport === true,
    /** It shows what an entry is beside its name. */
    labelDetails: completion?.completionItem?.labelDetailsSupport === true,
    completionKinds: kindsIn(completion?.completionItemKind?.valueSet, CompletionItemKind.Reference),
    /** Markdown is the first of the formats that it names. */
    markdownInCompletion: completion?.completionItem?.documentationFormat?.[0] === MarkupKind.Markdown,
    markdownInHover: hover?.contentFormat?.[0] === MarkupKind.Markdown,
    /** It knows parts of signatures by their offsets. */
    labelOffsets: signatureHelp?.signatureInformation?.parameterInformation?.labelOffsetSupport === true,
    /** Each signature has an active part of its own. */
    activeParameters: signatureHelp?.signatureInformation?.activeParameterSupport === true,
    symbolTrees: documentSymbol?.hierarchicalDocumentSymbolSupport === true,
    symbolKinds: kindsIn(documentSymbol?.symbolKind?.valueSet, SymbolKind.Array),
    workspaceSymbolKinds: kindsIn(workspace?.symbol?.symbolKind?.valueSet, SymbolKind.Array),
    /** Others know commands only. */
    codeActionLiterals: codeAction?.codeActionLiteralSupport !== undefined,
    preferredActions: codeAction?.isPreferredSupport === true,
    mostFolds: foldingRange?.rangeLimit ?? Number.POSITIVE_INFINITY,
    prepareRename: rename?.prepareSupport === true,
    configuration: workspace?.configuration === true,
    configurationEvents: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    folders: workspace?.workspaceFolders === true,
    watch: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    applyEdit: workspace?.applyEdit === true,
    createFiles: edits?.documentChanges === true && edits.resourceOperations?.includes("create") === true,
    showDocument: window?.showDocument?.support === true,
    showProgress: window?.workDoneProgress === true,
    /** It answers `smtpdlint/readFile` and `smtpdlint/readFolder`. */
    readFiles: experimental?.smtpdlint?.readFiles === true,
    /** It has the command `smtpdlint.showReferences`. */
    showReferences: experimental?.smtpdlint?.showReferences === true,
  };
}

/** The kinds that a client knows; one that names none knows the first of them, up to `last`. */
const kindsIn = <K extends number>(valueSet: readonly K[] | undefined, last: K): ReadonlySet<number> =>
  new Set<number>(valueSet?.length ? valueSet : Array.from({ length: last }, (_, index) => index + 1));

/** Those of a client that announces nothing. */
export const noCapabilities: ClientCapabilities = readCapabilities({ capabilities: {} });
