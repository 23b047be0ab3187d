import { type Node, originOf, type Span, type Statement, walk } from "@smtpdlint/grammar";
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

/** The tokens of the document, or of a part of it, in order and without overlaps. */
export function semanticTokens(view: View, range?: { start: number; end: number }): readonly SemanticToken[] {
  const all = tokensOf(view);
  if (!range) return all;
  return all.filter(({ span }) => span.start < range.end && range.start < span.end);
}

const tokensOf = oncePer((view: View): readonly SemanticToken[] => {
  const { model, file } = view;
  const source = model.sources.files[file];
  if (!source) return [];
  const tokens: SemanticToken[] = [];
  for (const statement of model.config.statements) {
    if (statement.span.file === file) for (const token of tokensIn(statement, source.text)) tokens.push(token);
  }
  for (const span of source.comments) tokens.push({ span, type: "comment", modifiers: [] });
  for (const { reference: span } of model.config.macroUses) {
    if (span.file === file) tokens.push({ span, type: "macro", modifiers: [] });
  }
  const findings = view.findingsOf?.((meta) => tagOf(meta) === "deprecated") ?? view.diagnostics;
  for (const { tag, span } of findings) {
    if (tag === "deprecated" && span.file === file) tokens.push({ span, type: "keyword", modifiers: ["deprecated"] });
  }
  return inLines(source.text, tokens.sort(byPlace).filter(withoutOverlap()));
});

/** By what was read: an edit elsewhere changes only the place. */
const kept = new WeakMap<Statement, { readonly start: number; readonly tokens: readonly SemanticToken[] }>();

/** The tokens of a statement in their order, of which several may be about one place. */
function tokensIn(statement: Statement, text: string): readonly SemanticToken[] {
  const origin = originOf(statement);
  const { start } = statement.span;
  const known = kept.get(origin);
  if (known?.start === start) return known.tokens;
  const tokens = known ? known.tokens.map((token) => moved(token, start - known.start)) : findTokens(statement, text);
  kept.set(origin, { start, tokens });
  return tokens;
}

const moved = ({ span: { file, start, end }, type, modifiers, isPlain }: SemanticToken, by: number): SemanticToken => ({
  span: { file, start: start + by, end: end + by },
  type,
  modifiers,
  ...(isPlain && { isPlain }),
});

function findTokens(statement: Statement, text: string): SemanticToken[] {
  const tokens: SemanticToken[] = [];
  const { definitions, references } = namesIn(statement);
  for (const { kind, node } of definitions) {
    tokens.push({ span: node.span, type: typesOfNames[kind], modifiers: ["declaration"] });
  }
  for (const { kind, span, faulty } of references) {
    if (!faulty) tokens.push({ span, type: typesOfNames[kind], modifiers: [] });
  }
  walk(statement, (node) => tokens.push(...tokenOf(node)));
  if (hasPlainWords.has(statement.kind) && !statement.broken) tokens.push(...plainWords(text, statement.span));
  return tokens.filter(({ span }) => span.file === statement.span.file).sort(byPlace);
}

const byPlace = (a: SemanticToken, b: SemanticToken) => a.span.start - b.span.start || priority(a) - priority(b);

/** What has words of which the tree says nothing, since they are always there: `on`, `match` of a filter, `cert` of a ca. */
const hasPlainWords: ReadonlySet<Statement["kind"]> = new Set(["listen", "filter", "ca"]);

/** All words of a statement; those that are something else are that first. */
function plainWords(text: string, { file, start, end }: Span): SemanticToken[] {
  return [...text.slice(start, end).matchAll(/[a-z][\w-]*/g)].map(({ index, 0: word }) => ({
    span: { file, start: start + index, end: start + index + word.length },
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
