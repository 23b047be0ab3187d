import { newestRelease, releases } from "@smtpdlint/grammar";
import type { Session } from "../session.ts";

/**
 * `smtpdlint/target`: the release for which a document is looked at, for a
 * client that shows it, and those that there are, the oldest first.
 */
export function serveTarget(session: Session): void {
  const { connection, workspace } = session;
  connection.onRequest("smtpdlint/target", ({ uri }: { uri: string | null }, token) =>
    uri === null
      ? { target: newestRelease, setBy: "default", releases }
      : session.whenRead({ textDocument: { uri } }, token, () => ({ ...workspace.targetOf(uri), releases })),
  );
}
