import type { Node, NodeKind, Statement } from "./ast.ts";
import { withOwnParts } from "./moved.ts";

/** True for a node that has no nodes below it, whatever it says; most have none. */
export const isLeaf = ({ kind }: Node): boolean => kind === "keyword" || kind === "text" || kind === "number";

const parts: Readonly<Record<Exclude<NodeKind, Statement["kind"]>, true>> = {
  keyword: true,
  text: true,
  number: true,
  option: true,
  "filter-condition": true,
  "filter-action": true,
  chain: true,
  "match-condition": true,
  limit: true,
  "table-reference": true,
  "inline-table": true,
  "single-value": true,
  "table-entry": true,
};

/** True for the kinds of nodes that are parts of statements; no statement is one of another. */
export const isPartKind = (kind: string): boolean => Object.hasOwn(parts, kind);

/** Calls `visit` for each node directly below `node`, in the order of the text. */
export function forEachChild(node: Node, visit: (child: Node) => void): void {
  if (isLeaf(node)) return;
  const parts = withOwnParts(node);
  // Object.values would make a list for each node of a large file.
  for (const name in parts) {
    const value: unknown = parts[name as keyof Node];
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) visit(item);
    } else if (isNode(value)) visit(value);
  }
}

/** The nodes directly below `node`, in the order of the text. */
export function childrenOf(node: Node): readonly Node[] {
  const children: Node[] = [];
  forEachChild(node, (child) => children.push(child));
  return children;
}

/** Calls `visit` for `node` and everything below it, parents first. */
export function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  forEachChild(node, (child) => walk(child, visit));
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "kind" in value;
