import type { SourceFile, Span, Table } from "@smtpdlint/grammar";
import {
  backendSettings,
  type Entry,
  entriesOf,
  type Model,
  passwdLines,
  sourceOf,
  TableFile,
  type TableInfo,
  tableInfo,
} from "@smtpdlint/model";
import {
  commentsOfFile,
  type MemberFile,
  type MemberPlace,
  memberFilesOf,
  membersIn,
  membersOfFile,
} from "@smtpdlint/policy";
import type { View } from "../view.ts";
import { declarationsOf, type FileUse, isCredentials, usesOf } from "./file-uses.ts";

/** A file that smtpd reads besides its configuration, as an editor shows it. */
export interface TableView {
  readonly model: Model;
  readonly source: SourceFile;
  /** A static table, the users of the backend passwd, the settings of another backend, or members on lines. */
  readonly kind: "table" | "passwd" | "settings" | "members";
  /** Set if the file has members on its lines. */
  readonly members: MemberFile | undefined;
  readonly declarations: readonly Table[];
  readonly uses: readonly FileUse[];
  /** The entries; of a static table also those after a line that smtpd refuses. */
  readonly table: TableInfo;
}

/** The file of a view; undefined if nobody knows what it holds, as of a template. Made once for each analysis: a file may be long. */
export function tableView({ model, file }: Pick<View, "model" | "file">): TableView | undefined {
  const ofModel = known.get(model) ?? new Map<number, TableView | undefined>();
  known.set(model, ofModel);
  if (!ofModel.has(file)) ofModel.set(file, makeView(model, file));
  return ofModel.get(file);
}

const known = new WeakMap<Model, Map<number, TableView | undefined>>();

function makeView(model: Model, file: number): TableView | undefined {
  const source = model.sources.files[file];
  const declarations = declarationsOf(model, file);
  const [declaration] = declarations;
  if (!source) return undefined;
  const uses = usesOf(model, file);
  const members = declaration ? undefined : memberFilesOf(model).find((one) => one.source === source);
  const common = { model, source, declarations, uses, members };
  if (!declaration) return members && { ...common, kind: "members", table: tableInfo("none") };
  const info = model.tables.declared(declaration);
  if (info.file) {
    const kind = kindFor(uses) ?? info.file.kind;
    const table = tableInfo(kind, { file: new TableFile(source, model.target, kind), declaration });
    return { ...common, kind: "table", table };
  }
  const isPasswd = sourceOf(declaration)?.backend === "passwd";
  return { ...common, kind: isPasswd ? "passwd" : "settings", table: info };
}

/** The kind that all uses want; undefined if they do not say. */
function kindFor(uses: readonly FileUse[]): TableFile["kind"] | undefined {
  const wanted = new Set(uses.map(({ kinds }) => (kinds?.length === 1 ? kinds[0] : undefined)));
  return wanted.size === 1 ? [...wanted][0] : undefined;
}

/** True if what follows the keys must not be shown elsewhere: passwords, or what nobody knows. */
export const isSecret = ({ kind, uses }: TableView): boolean =>
  kind === "passwd" || kind === "settings" || (kind === "table" && (uses.length === 0 || uses.some(isCredentials)));

/** True for aliases, virtual users and files of members; a file that also holds passwords is shown as one of those. */
export const hasMembers = (view: TableView): boolean =>
  view.kind === "members" ||
  (!isSecret(view) && view.uses.some(({ place }) => place === "alias" || place === "virtual"));

/** The entries in order; members alone are none. */
export function* entriesIn({ kind, source, table }: TableView): Generator<Entry> {
  switch (kind) {
    case "table":
      yield* entriesOf(table);
      break;
    case "passwd":
      for (const { fields } of passwdLines(source)) {
        const [name] = fields;
        if (name?.text) yield { key: name.text, span: name.span, value: undefined, valueSpan: undefined };
      }
      break;
    case "settings":
      for (const { key, keySpan, value, valueSpan } of backendSettings(source)) {
        yield { key, span: keySpan, value, valueSpan };
      }
      break;
    default:
  }
}

/** The entries that touch a part of the file, in order; found at once in a static table, which may be long. */
export function* entriesBetween(view: TableView, start: number, end: number): Generator<Entry> {
  const { file } = view.table;
  if (view.kind !== "table" || !file) {
    for (const entry of entriesIn(view)) if (touchesPart(entry, start, end)) yield entry;
    return;
  }
  let [low, high] = [0, file.size];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (file.keySpan(middle).start <= start) low = middle + 1;
    else high = middle;
  }
  for (let index = Math.max(low - 1, 0); index < file.size; index++) {
    const span = file.keySpan(index);
    if (span.start > end) return;
    const isMapping = file.kind === "mapping";
    const value = isMapping ? file.value(index) : undefined;
    const entry = { key: file.key(index), span, value, valueSpan: isMapping ? file.valueSpan(index) : undefined };
    if (touchesPart(entry, start, end)) yield entry;
  }
}

const touchesPart = ({ span, valueSpan }: Entry, start: number, end: number): boolean =>
  span.start <= end && (valueSpan ?? span).end >= start;

/** The members of all entries, or of all lines. */
export function* allMembers(view: TableView): Generator<MemberPlace> {
  if (!hasMembers(view)) return;
  if (view.members) yield* membersOfFile(view.members, view.model.target);
  else for (const entry of entriesIn(view)) yield* membersIn(entry, view.model);
}

/** The comments of the file. */
export function* commentsIn({ kind, members, source: { id, text } }: TableView): Generator<Span> {
  if (members) {
    for (const { start, end } of commentsOfFile(members)) {
      yield { file: id, start, end: start + text.slice(start, end).trimEnd().length };
    }
    return;
  }
  // The backend passwd cuts them off anywhere; in other files the line starts with the mark.
  const pattern = kind === "passwd" ? /#[^\n]*/g : /(?:^|\n)[ \t\v\f\r]*(#[^\n]*)/g;
  for (const { index, 0: whole, 1: comment = whole } of text.matchAll(pattern)) {
    const start = index + whole.length - comment.length;
    yield { file: id, start, end: start + comment.trimEnd().length };
  }
}
