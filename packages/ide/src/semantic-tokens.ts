import { type Node, originOf, type SourceFile, type Span, type Statement, shiftedSpan, walk } from "@smtpdlint/grammar";
import { tagOf } from "@smtpdlint/lint";
import { type NameKind, namesIn, oncePer } from "@smtpdlint/model";
import type { View } from "./view.ts";

/** The types of LSP that stand for ours, in the order of the legend. */
export const tokenTypes = [
  "comment",
  "keyword",
  "operator",
  "string",
  "number",
  "macro",
  "variable",
  "function",
  "class",
  "enumMember",
] as const;
export const tokenModifiers = ["declaration", "deprecated"] as const;

export interface SemanticToken {
  /** Within one line. */
  readonly span: Span;
  readonly type: (typeof tokenTypes)[number];
  readonly modifiers: readonly (typeof tokenModifiers)[number][];
  /** A word that is a keyword if nothing else is known of it. */
  readonly isPlain?: boolean;
}

const typesOfNames: Readonly<Record<NameKind, SemanticToken["type"]>> = {
  macro: "macro",
  table: "variable",
  action: "function",
  filter: "function",
  proc: "function",
  wrapper: "function",
  pki: "class",
  ca: "class",
  tag: "enumMember",
};

/** A statement, what stands in it included, or a comment on its own. */
export interface TokenGroup {
  readonly start: number;
  readonly end: number;
  /** By offsets from `start`. The list is the same one as long as the text is, wherever that moves to. */
  readonly tokens: readonly SemanticToken[];
}

/** The tokens of the document, in order and without overlaps. */
export const semanticTokens = (view: View): readonly SemanticToken[] =>
  tokenGroups(view).flatMap(({ start, tokens }) =>
    tokens.map((token) => ({ ...token, span: shiftedSpan(token.span, start) })),
  );

/** Those that touch a part of the document. */
export function groupsIn(view: View, from: number, to: number): readonly TokenGroup[] {
  return tokenGroups(view).flatMap((group) => {
    const { start, end, tokens } = group;
    if (end <= from || to <= start) return [];
    if (from <= start && end <= to) return group;
    return { start, end, tokens: tokens.filter(({ span }) => start + span.start < to && from < start + span.end) };
  });
}

/** The tokens of the document in groups that follow each other. */
export const tokenGroups = oncePer((view: View): readonly TokenGroup[] => {
  const { model, file } = view;
  const source = model.sources.files[file];
  if (!source) return [];
  const statements = model.config.statements.filter(({ span }) => span.file === file);
  const items: Item[] = [...statements, ...othersIn(view, source)];
  items.sort((a, b) => a.span.start - b.span.start);
  const groups: TokenGroup[] = [];
  for (let from = 0, to = 0; from < items.length; from = to) {
    const { start } = (items[from] as Item).span;
    let end = start;
    // All that overlaps: a macro may stand for several statements.
    do end = Math.max(end, (items[to++] as Item).span.end);
    while ((items[to]?.span.start ?? end) < end);
    groups.push({ start, end, tokens: tokensOf(items.slice(from, to), start, source.text.slice(start, end)) });
  }
  return groups;
});

type Item = Statement | SemanticToken;

const isStatement = (item: Item | undefined): item is Statement => item !== undefined && "kind" in item;

/** By what was read: an edit elsewhere changes only the place. */
const kept = new WeakMap<Statement, readonly SemanticToken[]>();

/** Of comments of ASCII in a main file, by their length: they outlive the text, and must not hold it. */
const keptComments: (readonly SemanticToken[])[] = [];
const longestKept = 200;

/** The tokens of a comment that stands alone; one list for all that are told in the same numbers. */
function commentTokens(file: number, text: string): readonly SemanticToken[] {
  const span = { file, start: 0, end: text.length };
  const find = () => inLines(text, [{ span, type: "comment", modifiers: [] }]);
  if (text.length > longestKept || file > 0 || !/^[\t -~]*$/.test(text)) return find();
  const tokens = keptComments[text.length] ?? find();
  keptComments[text.length] = tokens;
  return tokens;
}

/** The tokens of what overlaps, by offsets in its text. */
function tokensOf(items: readonly Item[], start: number, text: string): readonly SemanticToken[] {
  const [first, ...others] = items;
  // What is deprecated is not for a statement alone to say.
  const isAlone = others.every((other) => !isStatement(other) && other.modifiers.length === 0);
  const origin = isStatement(first) && isAlone && first.span.end === start + text.length ? originOf(first) : undefined;
  if (items.length === 1 && first && !isStatement(first) && first.type === "comment")
    return commentTokens(first.span.file, text);
  let tokens = origin && kept.get(origin);
  if (!tokens) {
    const all = items.flatMap((item) => (isStatement(item) ? findTokens(item, start, text) : item));
    const moved = all.map((token) => ({ ...token, span: shiftedSpan(token.span, -start) }));
    tokens = inLines(text, moved.sort(byPlace).filter(withoutOverlap()));
    if (origin) kept.set(origin, tokens);
  }
  return tokens;
}

/** Macros, comments and what is deprecated. */
function othersIn(view: View, { comments }: SourceFile): SemanticToken[] {
  const { model, file } = view;
  const tokens: SemanticToken[] = comments.map((span) => ({ span, type: "comment", modifiers: [] }));
  for (const { reference: span } of model.config.macroUses) {
    if (span.file === file) tokens.push({ span, type: "macro", modifiers: [] });
  }
  for (const { tag, span } of view.findingsOf?.((meta) => tagOf(meta) === "deprecated") ?? view.diagnostics) {
    if (tag === "deprecated" && span.file === file) tokens.push({ span, type: "keyword", modifiers: ["deprecated"] });
  }
  return tokens;
}

/** The tokens of a statement, of which several may be about one place; `text` begins at `start`. */
function findTokens(statement: Statement, start: number, text: string): SemanticToken[] {
  const tokens: SemanticToken[] = [];
  const { definitions, references } = namesIn(statement);
  for (const { kind, node } of definitions) {
    tokens.push({ span: node.span, type: typesOfNames[kind], modifiers: ["declaration"] });
  }
  for (const { kind, span, faulty } of references) {
    if (!faulty) tokens.push({ span, type: typesOfNames[kind], modifiers: [] });
  }
  walk(statement, (node) => tokens.push(...tokenOf(node)));
  if (hasPlainWords.has(statement.kind) && !statement.broken) tokens.push(...plainWords(statement.span, start, text));
  return tokens.filter(({ span }) => span.file === statement.span.file);
}

const byPlace = (a: SemanticToken, b: SemanticToken) => a.span.start - b.span.start || priority(a) - priority(b);

/** What has words of which the tree says nothing, since they are always there: `on`, `match` of a filter, `cert` of a ca. */
const hasPlainWords: ReadonlySet<Statement["kind"]> = new Set(["listen", "filter", "ca"]);

/** All words of a statement; those that are something else are that first. */
function plainWords({ file, ...span }: Span, start: number, text: string): SemanticToken[] {
  return [...text.slice(span.start - start, span.end - start).matchAll(/[a-z][\w-]*/g)].map(({ index, 0: word }) => ({
    span: { file, start: span.start + index, end: span.start + index + word.length },
    type: "keyword",
    modifiers: [],
    isPlain: true,
  }));
}

function tokenOf(node: Node): SemanticToken[] {
  switch (node.kind) {
    case "keyword":
      return [{ span: node.span, type: node.word === "!" ? "operator" : "keyword", modifiers: [] }];
    case "number":
      return [{ span: node.span, type: "number", modifiers: [] }];
    case "text":
      return [{ span: node.span, type: "string", modifiers: [] }];
    default:
      return [];
  }
}

/** What says more about a place comes first: a macro, then a name, then a text. */
function priority({ type, modifiers, isPlain }: SemanticToken): number {
  if (isPlain) return 4;
  if (type === "macro") return 0;
  if (type === "string" || type === "number" || (type === "keyword" && modifiers.length === 0)) return 3;
  return modifiers.length > 0 ? 1 : 2;
}

function withoutOverlap(): (token: SemanticToken) => boolean {
  let end = 0;
  return ({ span }) => {
    if (span.start < end || span.end <= span.start) return false;
    end = span.end;
    return true;
  };
}

/** LSP wants each token within one line. */
function inLines(text: string, tokens: readonly SemanticToken[]): SemanticToken[] {
  const lineEnd = /[\r\n]|$/g;
  let end = -1;
  return tokens.flatMap((token) => {
    const { file, start, end: tokenEnd } = token.span;
    if (end < start) {
      lineEnd.lastIndex = start;
      end = lineEnd.exec(text)?.index ?? text.length;
    }
    if (tokenEnd <= end) return token;
    return [...text.slice(start, tokenEnd).matchAll(/[^\r\n]+/g)].map(({ index, 0: line }) => ({
      ...token,
      span: { file, start: start + index, end: start + index + line.length },
    }));
  });
}
