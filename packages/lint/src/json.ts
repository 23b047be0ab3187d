import { quote } from "@smtpdlint/model";
import { createScanner, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";

/** A value in a text of JSON, with its place: UTF-16 offsets. */
export type JsonNode = Node;

/** Says what is wrong with a value, and which one it is most likely a slip of. */
export type Complain = (node: Pick<JsonNode, "offset" | "length">, message: string, meant?: string) => void;

/** Nothing of ours lies so deep; a text that does would overflow the stack of the parser. */
const deepest = 100;

/** Reads JSON, in which comments are allowed; undefined if it is none, which is told. */
export function parseJson(text: string, complain: Complain): JsonNode | undefined {
  // A mark of the order of bytes, which some editors write.
  const json = text.replace(/^\ufeff/, " ");
  const deep = tooDeep(json);
  if (deep !== undefined) {
    complain({ offset: deep, length: 1 }, `brackets are nested more than ${deepest} deep`);
    return undefined;
  }
  const errors: ParseError[] = [];
  const tree = parseTree(json, errors);
  const [first] = errors;
  if (first) {
    complain(first, `not JSON: ${nameOf(first)}`);
    return undefined;
  }
  if (tree?.type === "object") return tree;
  complain(tree ?? { offset: 0, length: text.length }, "the file must hold one object: { … }");
  return undefined;
}

/** The first bracket that lies too deep, by its offset. */
function tooDeep(text: string): number | undefined {
  const scanner = createScanner(text);
  let depth = 0;
  for (let token = scanner.scan(); token !== syntax.end; token = scanner.scan()) {
    if (syntax.open.includes(token) && ++depth > deepest) return scanner.getTokenOffset();
    if (syntax.close.includes(token)) depth--;
  }
  return undefined;
}

/** Kinds of tokens of jsonc-parser, which declares them as a const enum. */
const syntax = { open: [1, 3], close: [2, 4], end: 17 };

/** A key of an object, and its value. */
export interface JsonEntry {
  readonly key: JsonNode;
  readonly name: string;
  readonly value: JsonNode;
}

/** The entries of an object, none of anything else; a key that stands there twice is a mistake. */
export function entriesOf(object: JsonNode | undefined, complain: Complain): JsonEntry[] {
  const seen = new Set<string>();
  return (object?.type === "object" ? (object.children ?? []) : []).flatMap(({ children }) => {
    const [key, value] = children ?? [];
    if (!key || !value) return [];
    const name = String(key.value);
    if (seen.has(name)) complain(key, `${quote(name)} is given twice`);
    seen.add(name);
    return [{ key, name, value }];
  });
}

/** `CommaExpected` as `comma expected` */
const nameOf = ({ error }: ParseError): string =>
  printParseErrorCode(error)
    .replace(/\B([A-Z])/g, " $1")
    .toLowerCase();
