import type { Node } from "./ast.ts";

/** True for a node that has no nodes below it, whatever it says; most have none. */
export const isLeaf = ({ kind }: Node): boolean => kind === "keyword" || kind === "text" || kind === "number";

/** The nodes directly below `node`, in the order of the text. */
export function childrenOf(node: Node): readonly Node[] {
  if (isLeaf(node)) return none;
  const children: Node[] = [];
  // Object.values would make a list more for each node of a large file.
  for (const name in node) {
    const value: unknown = node[name as keyof Node];
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) children.push(item);
    } else if (isNode(value)) children.push(value);
  }
  return children;
}

/** Calls `visit` for `node` and everything below it, parents first. */
export function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const child of childrenOf(node)) walk(child, visit);
}

const none: readonly Node[] = [];

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "kind" in value;
