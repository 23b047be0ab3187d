import type { ClientCapabilities as Announced } from "vscode-languageserver";

/** What a client can do, as it says when it introduces itself; what it does not say, it cannot. */
export type ClientCapabilities = ReturnType<typeof readCapabilities>;

/** Reads what the server has to know of a client out of what it announces. */
export function readCapabilities({ textDocument, workspace, window }: Announced) {
  return {
    /** It asks for diagnostics, or says so. */
    pull: textDocument?.diagnostic !== undefined,
    refreshDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    refreshInlayHints: workspace?.inlayHint?.refreshSupport === true,
    refreshCodeLenses: workspace?.codeLens?.refreshSupport === true,
    snippets: textDocument?.completion?.completionItem?.snippetSupport === true,
    configuration: workspace?.configuration === true,
    configurationEvents: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    folders: workspace?.workspaceFolders === true,
    watch: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    applyEdit: workspace?.applyEdit === true,
    /** It shows the page of a finding's rule as a link. */
    linksOfCodes: textDocument?.publishDiagnostics?.codeDescriptionSupport === true,
    createFiles: workspace?.workspaceEdit?.resourceOperations?.includes("create") === true,
    showDocument: window?.showDocument?.support === true,
    showProgress: window?.workDoneProgress === true,
  };
}

/** Those of a client that announces nothing. */
export const noCapabilities: ClientCapabilities = readCapabilities({});
