import { type Edit, touches } from "@smtpdlint/grammar";
import type { Diagnostic } from "@smtpdlint/lint";
import type { Migration } from "@smtpdlint/migrate";
import { count, type Host, type Model, memoryHost } from "@smtpdlint/model";
import { difference } from "./difference.ts";
import type { EditorAction } from "./editor-action.ts";
import type { View } from "./view.ts";

/** False if no finding says so: to look for findings takes time. */
const mayBeOld = ({ problems, matches, actions }: Model) =>
  matches.length === 0 && actions.length === 0 && problems.some(({ code }) => code === "unexpected-token");

/** True for the finding that a whole file is in the old language. */
const isOldFile = ({ category, tag, message }: Diagnostic) =>
  category === "refused" && tag === "deprecated" && message.startsWith("this file is in pre-6.4 syntax");

let migrate: typeof import("./translate.ts").migrate | undefined;

/**
 * Loads what translates a file from before 6.4, if this is one: it is large, and few need it.
 * Without it there is no translation in actions and hovers.
 */
export async function loadMigration(view: View): Promise<void> {
  if (!migrate && mayBeOld(view.model) && view.diagnostics.some(isOldFile))
    ({ migrate } = await import("./translate.ts"));
}

const known = new WeakMap<Model, Migration>();

/** The migration of a file in the language before 6.4; undefined for any other. */
function migrationOf(view: View): Migration | undefined {
  const { model } = view;
  if (!migrate || !mayBeOld(model) || !view.diagnostics.some(isOldFile)) return undefined;
  let migration = known.get(model);
  const [main] = model.sources.files;
  if (!migration && main) {
    const hostName = model.machine?.hostName;
    migration = migrate(main.path, main.text, readFiles(model), { target: model.target, hostName });
    known.set(model, migration);
  }
  return migration;
}

/** The files that the configuration has read already. */
const readFiles = ({ sources }: Model): Host =>
  memoryHost(Object.fromEntries(sources.files.map(({ path, text }) => [path, text])), undefined, "not-looked-for");

/** The translation of the whole configuration, main file and includes, if the finding that it is an old one touches a part of the document. */
export function translations(view: View, start: number, end: number): EditorAction[] {
  const diagnostic = view.diagnostics.find((one) => isOldFile(one) && one.span.file === view.file);
  if (!diagnostic || end < diagnostic.span.start || diagnostic.span.end < start) return [];
  const migration = migrationOf(view);
  if (!migration) return [];
  const { config, text, files, untranslated, announcements } = migration;
  const { sources } = view.model;
  const edits = config.files.flatMap((old, index) => {
    const after = index === 0 ? text : files[old.path];
    const file = sources.files.find(({ path }) => path === old.path);
    return file && after !== undefined && after !== old.text ? [difference(file.id, old.text, after)] : [];
  });
  const left = untranslated.length === 0 ? [] : [`${count(untranslated.length, "line")} left as comments`];
  const read = announcements.filter(({ kind }) => kind !== "queue").length;
  const notes = [...left, ...(read === 0 ? [] : [`${count(read, "thing")} to read`])];
  const title = `Translate this file from before 6.4${notes.length > 0 ? ` (${notes.join(", ")})` : ""}`;
  return [{ title, kind: "quickfix", diagnostic, preferred: true, edits }];
}

/** The statement of the old language at an offset in today's, as Markdown, with what a person must know of it. */
export function oldStatementMarkdown(view: View, offset: number): { markdown: string; edit: Edit } | undefined {
  const migration = migrationOf(view);
  const path = view.model.sources.files[view.file]?.path;
  const file = migration?.config.files.find((one) => one.path === path);
  const edit = migration?.edits.find(({ span }) => span.file === file?.id && touches(span, offset));
  if (!migration || !file || !edit) return undefined;
  const before = file.text.slice(edit.span.start, edit.span.end);
  if (before.replace(/\s+/g, " ") === edit.text.replace(/\s+/g, " ")) return undefined;
  const isHere = ({ span }: Migration["announcements"][number]) =>
    span.file === edit.span.file && touches(edit.span, span.start);
  const notes = migration.announcements.filter((one) => one.kind !== "queue" && isHere(one));
  const lines = ["since 6.4 written as", `\`\`\`smtpd\n${edit.text}\n\`\`\``, ...notes.map(({ message }) => message)];
  return { markdown: lines.join("\n\n"), edit: { ...edit, span: { ...edit.span, file: view.file } } };
}
