import { type JsonSchema, readSettings, rules, schemaAt } from "@smtpdlint/lint";
import { findNodeAtLocation, findNodeAtOffset, getLocation, getNodePath, type Node, parseTree } from "jsonc-parser";
import type { Completion } from "./completion/completion-item.ts";
import { escapeMarkdown, ruleMarkdown } from "./describe.ts";
import type { EditorAction } from "./editor-action.ts";
import type { Hover } from "./hover.ts";

/** What editors without JSON schemas ask of `.smtpdlintrc.json`. */

/** The keys, rules, severities and releases that may stand at `offset`. */
export function completeSettings(text: string, offset: number): Completion[] {
  const { path, previousNode, isAtPropertyKey } = getLocation(text, offset);
  const isInside = previousNode && previousNode.offset < offset && offset <= previousNode.offset + previousNode.length;
  // Of a word without quotes there is no node.
  const word = /[\w.-]*$/.exec(text.slice(0, offset))?.[0].length ?? 0;
  const start = isInside ? previousNode.offset : offset - word;
  const written = isInside ? text.slice(start, start + previousNode.length) : "";
  // A text in quotes that are not closed goes on to the end of the line.
  const isOpen = written.startsWith('"') && !/^".*"$/.test(written);
  const end = isInside && !isOpen ? start + written.length : offset;
  const isQuoted = text[start] === '"';
  const rest = text.slice(end).trimStart();
  const item = (
    label: string,
    rank: number,
    after: string,
    kind: Completion["kind"],
    schema?: JsonSchema,
  ): Completion => ({
    label,
    kind,
    span: { file: 0, start, end },
    text: `"${label}"${after}`,
    filter: isQuoted ? `"${label}"` : label,
    ...(schema?.description !== undefined && { detail: schema.description }),
    rank,
  });
  const comma = rest === "" || /^[,\]}]/.test(rest) ? "" : ",";
  if (!isAtPropertyKey) {
    const schema = schemaAt(path);
    return (schema?.enum ?? []).map((value, index) => {
      const found = item(value, index / 100, comma, "value");
      return value === schema?.default ? { ...found, detail: "by default" } : found;
    });
  }
  const container = path.slice(0, -1);
  const isRule = container.at(-1) === "rules";
  const there = keysOf(text, container).filter((key) => key.offset !== start);
  return Object.entries(schemaAt(container)?.properties ?? {})
    .filter(([key]) => !there.some(({ value }) => value === key))
    .map(([key, schema], index) =>
      item(key, index / 100, rest.startsWith(":") ? "" : ": ", isRule ? "rule" : "keyword", schema),
    );
}

/** The keys of the object at a path, also of one that is being written. */
function keysOf(text: string, path: readonly (string | number)[]): Node[] {
  const tree = parseTree(text);
  const object = tree && findNodeAtLocation(tree, [...path]);
  return (object?.children ?? []).flatMap(({ type, children }) => (type === "property" && children?.[0]) || []);
}

/** What a key, or the value of one, sets. */
export function hoverSettings(text: string, offset: number): Hover | undefined {
  const tree = parseTree(text);
  const node = tree && findNodeAtOffset(tree, offset, true);
  if (!node || node.type === "object" || node.type === "array") return undefined;
  const path = getNodePath(node);
  const rule = path.at(-2) === "rules" ? rules.find(({ meta }) => meta.id === path.at(-1)) : undefined;
  const description = schemaAt(path)?.description;
  if (description === undefined) return undefined;
  const markdown = rule ? ruleMarkdown(rule) : escapeMarkdown(description);
  return { span: { file: 0, start: node.offset, end: node.offset + node.length }, markdown };
}

/** What to write in place of slips. */
export function settingsActions(text: string, start: number, end: number): EditorAction[] {
  return readSettings(text).problems.flatMap((problem) => {
    if (problem.meant === undefined || problem.end < start || end < problem.start) return [];
    const span = { file: 0, start: problem.start, end: problem.end };
    const edits = [{ span, text: JSON.stringify(problem.meant) }];
    return { title: `Change to '${problem.meant}'`, kind: "quickfix", diagnostic: undefined, preferred: true, edits };
  });
}
