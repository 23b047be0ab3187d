import { lineColumn, lineStarts, type SourceFile, type Span } from "@smtpdlint/grammar";
import type { ProvedMigration } from "@smtpdlint/migrate";

/** A migration as `schema/migrate.schema.json` describes it. */
export function migrationJson({
  text,
  files,
  isProved,
  announcements,
  untranslated,
  sources,
}: ProvedMigration): unknown {
  const range = ({ file, start, end }: Span) => {
    const { path, text } = sources[file] as SourceFile;
    const starts = lineStarts(text);
    return { path, start: lineColumn(starts, start), end: lineColumn(starts, end) };
  };
  return {
    version: 1,
    text,
    files,
    proved: isProved,
    announcements: announcements.map(({ kind, message, span, witness }) => ({
      kind,
      message,
      range: range(span),
      ...(witness !== undefined && { witness }),
    })),
    untranslated: untranslated.map(({ reason, span }) => ({ reason, range: range(span) })),
  };
}
