import { type Edit, isReserved } from "@smtpdlint/grammar";
import { writeText } from "@smtpdlint/model";
import { documentLinks } from "./document-link.ts";
import type { View } from "./view.ts";

/** Says where the file goes at which a path leads; undefined for one that stays. */
export type NewPathOf = (path: string, file: number | undefined) => string | undefined;

/** Changes the paths in a document that lead to files which are moved: of includes, tables, certificates and keys. */
export function movedPaths(view: View, newPathOf: NewPathOf): Edit[] {
  const { text: source = "" } = view.model.sources.files[view.file] ?? {};
  return documentLinks(view).flatMap(({ span, path, file }): Edit[] => {
    const written = source.slice(span.start, span.end);
    const newPath = newPathOf(path, file);
    // The path stands there as it is, but for quotes and what is before it: `file:/etc/mail/aliases`.
    const at = written.lastIndexOf(path);
    if (newPath === undefined || newPath === path || at === -1) return [];
    const quoted = /^["']/.test(written);
    const before = written.slice(0, at);
    const bare = before.slice(quoted ? 1 : 0) + newPath;
    const text =
      quoted && !/["'\\]/.test(newPath)
        ? before + newPath + written.slice(at + path.length)
        : writeText(bare, isReserved(bare, view.model.target));
    return text === undefined ? [] : [{ span, text }];
  });
}
