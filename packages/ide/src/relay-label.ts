import { type Span, type TableExpression, touches } from "@smtpdlint/grammar";
import { type Entry, entriesOf, isRelay, type Model, oncePer, optionOf, type TableInfo } from "@smtpdlint/model";
import { isError, relayHosts } from "@smtpdlint/policy";
import type { View } from "./view.ts";

/** The label of a relay, by which it finds what it logs in with: what precedes the `@` of its URL. */
export interface RelayLabel {
  readonly name: string;
  /** Of the label; of the whole URL, or the macro, where that brings it. */
  readonly span: Span;
  readonly isWritten: boolean;
  readonly credentials: TableInfo;
  /** What it names; undefined if that is not known. */
  readonly entry: Entry | undefined;
}

const entriesByKey = oncePer(
  (table: TableInfo): ReadonlyMap<string, Entry> =>
    new Map(Array.from(entriesOf(table), (entry) => [entry.key.toLowerCase(), entry])),
);

/** All labels of relays with credentials, also those in tables of relays. */
export const relayLabels = oncePer((model: Model): readonly RelayLabel[] =>
  model.actions.flatMap((action) => {
    const expression = isRelay(action) && !action.broken ? optionOf(action, "auth")?.value : undefined;
    if (!expression) return [];
    const credentials = model.tables.of(expression as TableExpression);
    return relayHosts(action, model.tables).flatMap(({ url, span }) => {
      if (isError(url) || url.label === "") return [];
      const name = url.label;
      const entry = entriesByKey(credentials).get(name.toLowerCase());
      const at = model.sources.textAt(span).indexOf(`${name}@`);
      const start = span.start + at;
      const own = at === -1 ? span : { file: span.file, start, end: start + name.length };
      return { name, span: own, isWritten: at !== -1, credentials, entry };
    });
  }),
);

/** The label at an offset, or one that names the entry there. */
export const labelAt = ({ model, file }: Pick<View, "model" | "file">, offset: number): RelayLabel | undefined =>
  relayLabels(model).find(({ span, entry }) =>
    [span, entry?.span].some((place) => place?.file === file && touches(place, offset)),
  );

/** The labels that name the same entry. */
export const labelsLike = ({ name, credentials }: RelayLabel, model: Model): RelayLabel[] =>
  relayLabels(model).filter(
    (other) => other.credentials === credentials && other.name.toLowerCase() === name.toLowerCase(),
  );
