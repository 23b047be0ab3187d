export { definitionIn, recipientAt, referencesIn, targetAt } from "./leads.ts";
export { prepareRenameKey, renameKey } from "./rename-key.ts";
export { completeTable, type SystemUser } from "./table-completion.ts";
export { hoverTable } from "./table-hover.ts";
export { tableSymbols } from "./table-symbols.ts";
export { tableTokens } from "./table-tokens.ts";
export { hasMembers, type TableView, tableView } from "./table-view.ts";
