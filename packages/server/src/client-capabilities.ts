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
  const { completion, hover, signatureHelp, documentSymbol, codeAction, codeLens, foldingRange, rename } =
    textDocument ?? {};
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
    /** It asks for the documentation of an item that somebody looks at. */
    resolvesCompletion: completion?.completionItem?.resolveSupport?.properties.includes("documentation") === true,
    /** It shows something beside the label of each completion, not only of the one that is chosen. */
    labelDetails: completion?.completionItem?.labelDetailsSupport === true,
    completionKinds: kindsIn(completion?.completionItemKind?.valueSet, CompletionItemKind.Reference),
    /** It takes a place with what leads there and what is around it. */
    definitionLinks: textDocument?.definition?.linkSupport === true,
    declarationLinks: textDocument?.declaration?.linkSupport === true,
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
    /** It asks for the text of a lens that somebody sees. */
    resolvesCodeLenses: codeLens?.resolveSupport?.properties.includes("command") === true,
    /** It has several parts of a document tidied at once. */
    formatsRanges: textDocument?.rangeFormatting?.rangesSupport === true,
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
    /** It checks and completes `.smtpdlintrc.json` by our JSON schema. */
    knowsSettings: experimental?.smtpdlint?.settingsSchema === true,
    /** It can be told to hand over documents of other languages too. */
    registersDocuments: textDocument?.synchronization?.dynamicRegistration === true,
    registersCompletion: completion?.dynamicRegistration === true,
    registersHover: hover?.dynamicRegistration === true,
    registersCodeActions: codeAction?.dynamicRegistration === true,
    /** It has the command `smtpdlint.showReferences`. */
    showReferences: experimental?.smtpdlint?.showReferences === true,
  };
}

/** The kinds that a client knows; one that names none knows the first of them, up to `last`. */
const kindsIn = <K extends number>(valueSet: readonly K[] | undefined, last: K): ReadonlySet<number> =>
  new Set<number>(valueSet?.length ? valueSet : Array.from({ length: last }, (_, index) => index + 1));

/** Those of a client that announces nothing. */
export const noCapabilities: ClientCapabilities = readCapabilities({ capabilities: {} });
