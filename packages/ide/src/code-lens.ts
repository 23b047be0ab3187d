import type { Span } from "@smtpdlint/grammar";
import { rules } from "@smtpdlint/lint";
import { conjunction, count, occurrences, oncePer } from "@smtpdlint/model";
import { fileNameOf } from "./describe.ts";
import type { View } from "./view.ts";

/** What a line of text above a statement says. */
export interface LensText {
  readonly title: string;
  /** The places that it counts. */
  readonly places: readonly Span[];
}

/** A line of text above a statement, which is worked out when somebody sees it. */
export interface CodeLens {
  readonly span: Span;
  readonly text: () => LensText;
}

const counted = new Set(["action", "table", "filter", "proc", "mda", "pki", "ca", "macro"]);

/** What includes the document, how often each of its definitions is used, and which rules get no message. */
export const codeLenses = oncePer((view: View): readonly CodeLens[] => {
  const { model, file } = view;
  const findings = view.findingsOf?.(({ lens }) => lens !== undefined) ?? view.diagnostics;
  const seen = new Set<string>();
  const lenses = model.symbols.definitions.flatMap(({ kind, name, node, statement }): CodeLens[] => {
    const key = keyOf(kind, name);
    // A pki has two lines, and a filter proc-exec is a process too.
    if (statement.span.file !== file || !counted.has(statement.kind) || seen.has(key)) return [];
    seen.add(key);
    if (kind === "proc" && statement.kind === "filter") return [];
    const text = () => {
      const places = usesIn(view).get(key) ?? [];
      return { title: places.length > 0 ? count(places.length, "reference") : "never used", places };
    };
    return [{ span: node.span.file === file ? node.span : statement.span, text }];
  });
  const dead = findings.flatMap(({ rule, span, related }): CodeLens[] => {
    const title = span.file === file ? titles.get(rule) : undefined;
    if (title === undefined) return [];
    return [{ span, text: () => ({ title, places: related.map((place) => place.span) }) }];
  });
  const includes = model.config.statements.flatMap((statement) =>
    statement.kind === "include" && statement.file === file ? (statement.path ?? []) : [],
  );
  const includers = [...new Set(includes.map(({ span }) => fileNameOf(model.sources.fileOf(span).path)))];
  const title = `included by ${conjunction(includers)}`;
  const included: CodeLens = {
    span: { file, start: 0, end: 0 },
    text: () => ({ title, places: includes.map(({ span }) => span) }),
  };
  return [...(includes.length > 0 ? [included] : []), ...lenses, ...dead].sort((a, b) => a.span.start - b.span.start);
});

const keyOf = (kind: string, name: string) => `${kind} ${name}`;

/** Where each name is used. */
const usesIn = oncePer(({ model }: View): ReadonlyMap<string, readonly Span[]> => {
  const uses = new Map<string, Span[]>();
  for (const { kind, name, span, isDefinition } of occurrences(model.symbols)) {
    if (isDefinition) continue;
    const key = keyOf(kind, name);
    const found = uses.get(key);
    if (found) found.push(span);
    else uses.set(key, [span]);
  }
  return uses;
});

/** What a rule has to say above a statement, by its id. */
const titles: ReadonlyMap<string, string | undefined> = new Map(rules.map(({ meta }) => [meta.id, meta.lens]));
