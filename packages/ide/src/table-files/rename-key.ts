import type { Edit, Span } from "@smtpdlint/grammar";
import type { Entry } from "@smtpdlint/model";
import { noName, type Refusal, unlessRefused, whyNotKey } from "../rename.ts";
import { leadsFrom, placesOf, targetAt } from "./leads.ts";
import { entriesIn, hasMembers, type TableView, tableView } from "./table-view.ts";

/** The key of a file to which a place leads, and the place. */
interface Named {
  readonly entry: Entry;
  readonly span: Span;
}

/** The place and the text of the key at an offset, or to which the member there leads; undefined if there is none. */
export function prepareRenameKey(
  view: TableView,
  offset: number,
): { readonly span: Span; readonly placeholder: string } | Refusal | undefined {
  const named = namedAt(view, offset);
  if (!named || "refused" in named) return named;
  const span = nameWithin(view, named.span, named.entry.key);
  return span ? { span, placeholder: named.entry.key } : noName;
}

/** The edits that give a key another name, at all places that lead to it. */
export function renameKey(view: TableView, offset: number, newName: string): { readonly edits: Edit[] } | Refusal {
  const named = namedAt(view, offset) ?? noName;
  if ("refused" in named) return named;
  const { entry, span } = named;
  // A member may lead to another file.
  const { file } = entry.span;
  const own = file === view.source.id ? view : tableView({ model: view.model, file });
  const reason = whyNotKey(newName, entry, own ? entriesIn(own) : []) ?? whyNotInItsPlace(view, entry.key, newName);
  if (reason !== undefined) return { refused: reason };
  const edits: Edit[] = [];
  const places = new Map([entry.span, span, ...placesOf(view, entry)].map((one) => [`${one.file}:${one.start}`, one]));
  for (const place of places.values()) {
    const name = nameWithin(view, place, entry.key);
    if (!name) return { refused: `'${textOf(view, place)}' means it too, and is written in another way` };
    edits.push({ span: name, text: newName });
  }
  return unlessRefused(view.model, edits);
}

function namedAt(view: TableView, offset: number): Named | Refusal | undefined {
  const target = view.kind === "settings" ? undefined : targetAt(view, offset);
  if (!target) return undefined;
  if (target.kind === "key") return target;
  const [entry, more] = target.member ? leadsFrom(view, target.member).map((lead) => lead.entry) : [];
  if (more) return { refused: "it leads to several entries" };
  return entry && { entry, span: target.span };
}

/** An address stays an address, and a name a name: smtpd looks them up in another way. */
function whyNotInItsPlace(view: TableView, key: string, newName: string): string | undefined {
  if (!hasMembers(view)) return undefined;
  const shape = (name: string) => name.replace(/[^@]+/g, "x");
  if (shape(key) === shape(newName)) return undefined;
  return key.includes("@") ? `write it in the form of '${key}'` : "a name cannot hold '@'";
}

const textOf = ({ model, source }: TableView, span: Span): string =>
  span.file === source.id ? source.text.slice(span.start, span.end) : model.sources.textAt(span);

/** Where the key stands in a place that leads to it: after a backslash, before a tag, or alone. */
function nameWithin(view: TableView, span: Span, key: string): Span | undefined {
  const text = textOf(view, span);
  const from = text.startsWith("\\") ? 1 : 0;
  const to = from + key.length;
  if (text.slice(from, to).toLowerCase() !== key.toLowerCase() || /^[\w.@-]/.test(text.slice(to))) return undefined;
  return { file: span.file, start: span.start + from, end: span.start + to };
}
