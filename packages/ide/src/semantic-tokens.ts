import { type Node, type Span, type Statement, walk } from "@smtpdlint/grammar";
import { tagOf } from "@smtpdlint/lint";
import { type NameKind, occurrences, oncePer } from "@smtpdlint/model";
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
  const deprecated = view.findingsOf?.((meta) => tagOf(meta) === "deprecated") ?? view.diagnostics;
  const tokens: SemanticToken[] = source.comments.map((span) => ({ span, type: "comment", modifiers: [] }));
  for (const { kind, span, isDefinition } of occurrences(model.symbols)) {
    tokens.push({ span, type: typesOfNames[kind], modifiers: isDefinition ? ["declaration"] : [] });
  }
  for (const use of model.config.macroUses) tokens.push({ span: use.reference, type: "macro", modifiers: [] });
  for (const { tag, span } of deprecated) {
    if (tag === "deprecated") tokens.push({ span, type: "keyword", modifiers: ["deprecated"] });
  }
  for (const statement of model.config.statements) {
    if (statement.span.file !== file) continue;
    walk(statement, (node) => tokens.push(...tokenOf(node)));
    if (hasPlainWords.has(statement.kind) && !statement.broken) tokens.push(...plainWords(source.text, statement.span));
  }
  return tokens
    .filter(({ span }) => span.file === file)
    .sort((a, b) => a.span.start - b.span.start || priority(a) - priority(b))
    .filter(withoutOverlap())
    .flatMap((token) => inLines(source.text, token));
});

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
function inLines(text: string, token: SemanticToken): SemanticToken[] {
  const parts: SemanticToken[] = [];
  const { file, start, end } = token.span;
  for (const { index, 0: line } of text.slice(start, end).matchAll(/[^\r\n]+/g)) {
    parts.push({ ...token, span: { file, start: start + index, end: start + index + line.length } });
  }
  return parts;
}
