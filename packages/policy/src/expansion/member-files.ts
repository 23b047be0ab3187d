import type { Release, SourceFile } from "@smtpdlint/grammar";
import { entriesOf, isRelay, type Model, oncePer } from "@smtpdlint/model";
import { lookupsOf } from "../recipients.ts";
import { forwardSyntax } from "./forward-file.ts";
import { includeSyntax } from "./include-file.ts";
import { type Piece, type PlacedLine, placedLines } from "./logical-lines.ts";
import { type MemberPlace, membersIn } from "./member-places.ts";
import { placedMembers } from "./members.ts";

/** A file with members on its lines: one that an alias includes, or the `.forward` of a user. */
export interface MemberFile {
  readonly kind: "include" | "forward";
  readonly source: SourceFile;
}

/**
 * The files of members of a configuration; those of users only if it delivers to users. When it is asked for the
 * first time it reads them, which makes them sources of the model.
 */
export const memberFilesOf = oncePer((model: Model): readonly MemberFile[] => {
  const paths = new Set<string>();
  // This is asked for after each key, and few configurations include anything.
  const mayInclude = model.sources.files.some(({ text }) => /include:/i.test(text));
  const actions = mayInclude ? model.actions : [];
  for (const table of new Set(actions.flatMap((action) => lookupsOf(action, model).map(([, table]) => table)))) {
    // A table may be long, and few include anything.
    if (table.file && !/include:/i.test(table.file.source.text)) continue;
    for (const entry of entriesOf(table)) {
      if (!/include:/i.test(entry.value ?? "")) continue;
      for (const { member } of membersIn(entry, model)) if (member?.kind === "include") paths.add(member.text);
    }
  }
  const files = new Map<SourceFile, MemberFile>();
  const add = (kind: MemberFile["kind"], path: string) => {
    const source = model.readSource(path);
    // Of a template nobody knows what it says.
    if (typeof source === "object" && !source.template && !files.has(source)) files.set(source, { kind, source });
  };
  for (const path of paths) add("include", path);
  if (model.actions.some((action) => action.method && !isRelay(action))) {
    for (const path of model.forwardFiles) add("forward", path);
  }
  return [...files.values()];
});

/** The members of such a file, and where they stand. */
export function* membersOfFile(file: MemberFile, target: Release): Generator<MemberPlace> {
  const { source } = file;
  for (const line of linesOf(file)) {
    for (const { member, start, end } of placedMembers(line.text, target)) {
      yield { member, span: { file: source.id, start: placeIn(line, start), end: placeIn(line, end - 1) + 1 } };
    }
  }
}

/** Its comments; a line that an alias includes has none. */
export const commentsOfFile = (file: MemberFile): readonly Piece[] =>
  [...linesOf(file)].flatMap(({ comments }) => comments);

const linesOf = ({ kind, source: { text } }: MemberFile): Generator<PlacedLine> =>
  placedLines(text, kind === "forward" ? forwardSyntax : includeSyntax);

/** Where a character of a logical line stands in the file. */
function placeIn({ pieces }: PlacedLine, offset: number): number {
  let left = offset;
  for (const { start, end } of pieces) {
    if (left < end - start) return start + left;
    left -= end - start;
  }
  return pieces.at(-1)?.end ?? 0;
}
