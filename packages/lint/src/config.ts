import { parseRelease, type Release, releases } from "@smtpdlint/grammar";
import { alternatives, nearest, quote } from "@smtpdlint/model";
import { createScanner, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";

import type { Severity } from "./diagnostic.ts";
import { rules } from "./rules/index.ts";

/** What a rule can be set to. */
export const severityNames = ["off", "hint", "info", "warning", "error"] as const satisfies readonly (
  | Severity
  | "off"
)[];

/** What a severity can be set to. */
export type SeverityName = (typeof severityNames)[number];

/** What `.smtpdlintrc.json` says. */
export interface Settings {
  readonly target?: Release;
  /** As written: relative to the folder of the file. */
  readonly root?: string;
  /** Severities by the id of the rule. */
  readonly rules?: Readonly<Record<string, SeverityName>>;
}

/** Something in the configuration file that cannot be obeyed; `start` and `end` are UTF-16 offsets. */
export interface SettingsProblem {
  readonly start: number;
  readonly end: number;
  /** Lower case, no full stop. */
  readonly message: string;
}

/** The keys of the configuration file. */
const keys = ["$schema", "target", "root", "rules"];

/** No setting lies so deep; a text that does would overflow the stack of the parser. */
const deepest = 100;

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

/** Reads the text of a configuration file: JSON, in which comments are allowed. */
export function readSettings(text: string): {
  readonly settings: Settings;
  readonly problems: readonly SettingsProblem[];
} {
  const errors: ParseError[] = [];
  const json = text.replace(/^\ufeff/, " ");
  const deep = tooDeep(json);
  if (deep !== undefined) {
    const message = `brackets are nested more than ${deepest} deep`;
    return { settings: {}, problems: [{ start: deep, end: deep + 1, message }] };
  }
  const tree = parseTree(json, errors);
  const first = errors[0];
  if (first) {
    const { offset, length } = first;
    return { settings: {}, problems: [{ start: offset, end: offset + length, message: `no JSON: ${nameOf(first)}` }] };
  }
  const problems: SettingsProblem[] = [];
  const complain = (node: Node, message: string) => {
    problems.push({ start: node.offset, end: node.offset + node.length, message });
  };
  const settings: { -readonly [K in keyof Settings]: Settings[K] } = {};
  if (tree?.type !== "object") {
    complain(tree ?? { type: "null", offset: 0, length: text.length }, "the file must hold one object: { … }");
  }
  for (const { key, name, value } of entriesOf(tree, complain)) {
    if (name === "target") {
      const release = typeof value.value === "string" ? parseRelease(value.value) : undefined;
      if (release) settings.target = release;
      else complain(value, `target must be one of ${alternatives(releases.map((item) => `"${item}"`))}`);
    } else if (name === "root") {
      if (typeof value.value === "string" && value.value !== "") settings.root = value.value;
      else complain(value, "root must be the path of a folder, in quotes");
    } else if (name === "rules") {
      if (value.type === "object") settings.rules = readRules(value, complain);
      else complain(value, 'rules must be an object: { "ID": "SEVERITY", … }');
    } else if (name !== "$schema") {
      const suggestion = nearest(name, keys);
      complain(
        key,
        `unknown key ${quote(name)}; ${suggestion ? `did you mean ${suggestion}?` : `known are ${alternatives(keys)}`}`,
      );
    }
  }
  return { settings, problems };
}

/** Why there is no rule of this id; undefined if there is one. */
export function explainUnknownRule(id: string): string | undefined {
  const ids = rules.map(({ meta }) => meta.id);
  if (ids.includes(id)) return undefined;
  const suggestion = nearest(id, ids);
  return `there is no rule ${quote(id)}${suggestion ? `; did you mean ${suggestion}?` : ""}`;
}

type Complain = (node: Node, message: string) => void;

function readRules(object: Node, complain: Complain): Record<string, SeverityName> {
  const read: [string, SeverityName][] = [];
  for (const { key, name, value } of entriesOf(object, complain)) {
    const unknown = explainUnknownRule(name);
    const severity = severityNames.find((item) => item === value.value);
    if (unknown) complain(key, unknown);
    else if (severity) read.push([name, severity]);
    else complain(value, `the severity of ${name} must be ${alternatives(severityNames)}, in quotes`);
  }
  return Object.fromEntries(read);
}

/** The entries of an object; a key that stands there twice is a mistake. */
function entriesOf(object: Node | undefined, complain: Complain) {
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
function nameOf({ error }: ParseError): string {
  return printParseErrorCode(error)
    .replace(/\B([A-Z])/g, " $1")
    .toLowerCase();
}
