import { differencesMarkdown, differencesText, differencesTitle } from "@smtpdlint/ide";
import type { CodeLens } from "vscode-languageserver";
import { type Page, problemPage } from "../pages.ts";
import { revision } from "../policy-diff/head-differences.ts";
import type { Session } from "../session.ts";

/** Shows the differences of a document, by its URI, to what is committed. */
export const showDifferences = "smtpdlint.showDifferences";

/** So many differences are in a message. */
const mostLines = 10;

/** The differences of a document as it is now. */
export async function differencesPage(session: Session, uri: string): Promise<Page> {
  const found = await session.head.now(uri);
  if (found.kind === "failed") return problemPage(`cannot compare with ${revision}: ${found.reason}`);
  const { described } = found;
  const title = differencesTitle(described, revision);
  // Of a revision there is no file to go to.
  const linkOf = (path: string, line: number) =>
    path.startsWith(`${revision}:`) ? undefined : `${session.workspace.files.clientUri(path)}#L${line}`;
  const markdown = differencesMarkdown(described, revision, linkOf);
  return { title, markdown, lines: [title, ...differencesText(described, mostLines)] };
}

/** A lens at the top of a configuration, where something has changed; none where nothing can be compared. */
export async function differencesLens(session: Session, uri: string, main: string): Promise<CodeLens[]> {
  if (!session.workspace.settings.ofClient(main).differencesToHead) return [];
  const found = await session.head.lastOf(uri);
  if (found.kind === "failed") return [];
  const { described, isChanged } = found;
  if (described.result === "equal" && !isChanged) return [];
  const start = { line: 0, character: 0 };
  const command = { title: differencesTitle(described, revision), command: showDifferences, arguments: [uri] };
  return [{ range: { start, end: start }, command }];
}
