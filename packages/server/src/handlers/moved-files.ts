import { movedPaths } from "@smtpdlint/ide";
import type { FileRename, RenameFilesParams, TextEdit, WorkspaceEdit } from "vscode-languageserver";
import { URI } from "vscode-uri";
import { normalize } from "../file-uris.ts";
import type { Session } from "../session.ts";

/** Lets the paths of configurations follow files and folders that somebody renames or moves in the editor. */
export function serveMovedFiles(session: Session): void {
  const { connection, workspace } = session;
  connection.workspace.onWillRenameFiles(
    session.guarded<RenameFilesParams, WorkspaceEdit | null>(null, ({ files }) => {
      const changes: Record<string, TextEdit[]> = {};
      const opened = workspace.openDocuments.map(({ uri }) => workspace.mainOf(uri));
      const near = files.flatMap(({ oldUri }) => [...workspace.configurationsAround(normalize(oldUri))]);
      for (const main of new Set([...opened, ...near])) {
        for (const view of workspace.viewsOf(main)) {
          const converter = workspace.converterFor(view.model);
          const uriOf = workspace.hosts.pathsOf(view);
          const edits = movedPaths(view, (path, file) => {
            const uri = uriOf(path, file);
            return uri === undefined ? undefined : newPath(path, uri, files);
          });
          const [first] = edits;
          if (first) changes[converter.uri(first.span)] = edits.map((edit) => converter.textEdit(edit));
        }
      }
      return Object.keys(changes).length > 0 ? { changes } : null;
    }),
  );
}

/** The path as it is to be written for a file that moves; undefined for one that stays, or leaves what the path is relative to. */
function newPath(path: string, uri: string, files: readonly FileRename[]): string | undefined {
  const { scheme, authority, path: old } = URI.parse(uri);
  if (!old.endsWith(path)) return undefined;
  for (const { oldUri, newUri } of files) {
    const [from, to] = [URI.parse(oldUri), URI.parse(newUri)];
    if (from.scheme !== scheme || from.authority !== authority || to.scheme !== scheme) continue;
    if (old !== from.path && !old.startsWith(`${from.path}/`)) continue;
    const base = old.slice(0, old.length - path.length);
    const moved = to.path + old.slice(from.path.length);
    return moved.startsWith(base) ? moved.slice(base.length) : undefined;
  }
  return undefined;
}
