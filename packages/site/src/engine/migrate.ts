import { newestRelease, type SourceFile, type Span } from "@smtpdlint/grammar";
import { foreignRefusal, isOfToday, migrateAndProve, mustBeRead, refusalsOf } from "@smtpdlint/migrate";
import { makeVisible } from "@smtpdlint/model";
import { hostOf, machineOf, main, targetOf } from "./project.ts";
import type { MigrateAnswer, MigrateParams, Problem } from "./requests.ts";

/** A configuration from before 6.4 in today's language, compared with what it was. */
export function migrate({ old, ...project }: MigrateParams): MigrateAnswer | Problem {
  const foreign = foreignRefusal(old);
  if (foreign !== undefined) return { problem: foreign };
  const files = { ...project, files: { ...project.files, [main]: old } };
  const host = hostOf(files);
  const target = targetOf(files) ?? newestRelease;
  const { hostName } = machineOf(files, [], target);
  const migration = migrateAndProve(main, old, host, { target, hostName }, (policies) =>
    machineOf(files, policies, target),
  );
  const { text, announcements, untranslated, isProved, sources, notes } = migration;
  const place = ({ file, start }: Span) => {
    const { path, text: before } = sources[file] as SourceFile;
    return { path, line: before.slice(0, start).split("\n").length };
  };
  return {
    isOfToday: isOfToday(migration),
    isProved,
    files: { ...migration.files, [main]: text },
    announcements: announcements.map((one) => ({
      ...place(one.span),
      kind: one.kind,
      text: makeVisible(one.message),
      witness: one.witness,
      mustBeRead: mustBeRead(one),
    })),
    untranslated: untranslated.map(({ span, reason }) => ({ ...place(span), text: makeVisible(reason) })),
    notes,
    refusals: refusalsOf(migration, host, { target }),
  };
}
