import { newestRelease, releases } from "@smtpdlint/grammar";
import type { Session } from "../session.ts";

/**
 * `smtpdlint/target`: the release for which a document is looked at, for a
 * client that shows it, and those that there are, the oldest first.
 */
export function serveTarget({ connection, workspace }: Session): void {
  connection.onRequest("smtpdlint/target", ({ uri }: { uri: string | null }) => ({
    ...(uri === null ? { target: newestRelease, setBy: "default" } : workspace.targetOf(uri)),
    releases,
  }));
}
