import { differencesMarkdown, differencesText, differencesTitle } from "@smtpdlint/ide";
import { makeVisible } from "@smtpdlint/model";
import type { CodeLens } from "vscode-languageserver";
import { revision } from "../policy-diff/head-differences.ts";
import type { Session } from "../session.ts";

/** Shows the differences of a document, by its URI, to what is committed. */
export const showDifferences = "smtpdlint.showDifferences";

/** What a client shows of them. */
export interface Differences {
  /** In one line. */
  readonly title: string;
  readonly markdown: string;
  /** As text, with `title` first. */
  readonly lines: readonly string[];
}

/** So many differences are in a message. */
const mostLines = 10;

/** `smtpdlint/differences`: what has changed in what becomes of mail, for a client that can show a document. */
export function serveDifferences(session: Session): void {
  session.connection.onRequest(
    "smtpdlint/differences",
    session.guarded<{ uri: string }, Differences | null>(null, ({ uri }) => differencesOf(session, uri)),
  );
}

/** The differences of a document as it is now. */
export async function differencesOf(session: Session, uri: string): Promise<Differences> {
  const found = await session.head.now(uri);
  if (found.kind === "failed") {
    const title = makeVisible(`cannot compare with ${revision}: ${found.reason}`);
    return { title, markdown: `# ${title.replace(/[\\`*_{}[\]<>()#+!|~&]/g, "\\$&")}\n`, lines: [title] };
  }
  const { described } = found;
  const title = differencesTitle(described, revision);
  // Of a revision there is no file to go to.
  const linkOf = (path: string, line: number) =>
    path.startsWith(`${revision}:`) ? undefined : `${session.workspace.clientUri(path)}#L${line}`;
  const markdown = differencesMarkdown(described, revision, linkOf);
  return { title, markdown, lines: [title, ...differencesText(described, mostLines)] };
}

/** A lens at the top of a configuration, where something has changed; none where nothing can be compared. */
export async function differencesLens(session: Session, uri: string, main: string): Promise<CodeLens[]> {
  if (!session.workspace.settingsOf(main).differencesToHead) return [];
  const found = await session.head.lastOf(uri);
  if (found.kind === "failed") return [];
  const { described, isChanged } = found;
  if (described.result === "equal" && !isChanged) return [];
  const start = { line: 0, character: 0 };
  const command = { title: differencesTitle(described, revision), command: showDifferences, arguments: [uri] };
  return [{ range: { start, end: start }, command }];
}
