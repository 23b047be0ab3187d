import type { TextDocument } from "vscode-languageserver-textdocument";

/** A file of policy tests: by what the client says, or by its name, since other editors have their own types. */
export const isTests = ({ uri, languageId }: TextDocument) =>
  languageId === "smtpd-test" || /[/.]smtpd\.test$/.test(uri);

/** `mail.smtpd.test` for `mail.smtpd.conf`; for another name one that is known as a file of tests. */
export const testsBeside = (main: string): string =>
  /[/.]smtpd\.conf$/.test(main) ? main.replace(/\.conf$/, ".test") : `${main.replace(/\.conf$/, "")}.smtpd.test`;

/** What editors call the files of tables, by which they are known even if no configuration reads them. */
const tableLanguages = new Set(["smtpd-aliases", "smtpd-table", "smtpd-forward", "mailaliases"]);

/** True for a `.forward`, which no configuration names. */
export const isForward = (uri: string): boolean => uri.endsWith("/.forward");

export const isNamedTable = ({ uri, languageId }: TextDocument) => tableLanguages.has(languageId) || isForward(uri);

/** True for JSON, of which something is said only if it has our own settings. */
export const isJson = ({ uri, languageId }: TextDocument) => /\.jsonc?$/.test(uri) || /^jsonc?\b/.test(languageId);

/** True for a configuration, or a part of one. */
export const mayInclude = (document: TextDocument) =>
  !isTests(document) && !isNamedTable(document) && !isJson(document);
