import { parseRelease, type Release, releases } from "@smtpdlint/grammar";
import { alternatives, nearest, quote } from "@smtpdlint/model";
import { type Category, type Severity, severityOf } from "./diagnostic.ts";
import { type Complain, entriesOf, type JsonNode, parseJson } from "./json.ts";
import { explainPattern } from "./patterns.ts";
import { rules } from "./rules/index.ts";

/** What a rule can be set to. */
export const severityNames = ["off", "hint", "info", "warning", "error"] as const satisfies readonly (
  | Severity
  | "off"
)[];

/** What a severity can be set to. */
export type SeverityName = (typeof severityNames)[number];

/** The categories that a setting can name in place of all their rules. */
export const ruleCategories = (Object.keys(severityOf) as Category[]).filter((category) => category !== "internal");

/** What findings of each category say. */
export const categoryMeanings: Readonly<Record<Exclude<Category, "internal">, string>> = {
  refused: "smtpd of the target release refuses the file, whatever machine it runs on.",
  broken: "The file loads, then the daemon dies or the construct fails whenever it is used.",
  security: "It works and is unsafe.",
  suspicious: "It works, but does not do what its author most likely means.",
  unused: "It has no effect.",
  style: "It is harmless. The command line shows these findings only with `--hints`.",
};

/** Severities that can be a threshold, the gravest first. */
export const thresholds = ["error", "warning", "info", "hint"] as const satisfies readonly Severity[];

/** What can be said of some files only. */
export interface FileSettings {
  readonly target?: Release;
  /** Relative to the folder of the file; each `*` stands for a folder, or a part of its name. */
  readonly root?: WrittenPath;
  /** Severities by the id of the rule; those of categories are among them. */
  readonly rules?: Readonly<Record<string, SeverityName>>;
}

/** What `.smtpdlintrc.json` says. */
export interface Settings extends FileSettings {
  /** The configuration files that it starts from, in order. */
  readonly extends?: readonly WrittenPath[];
  /** Patterns of .gitignore: what is passed over in folders. */
  readonly exclude?: readonly string[];
  /** Findings of this severity or a graver one make a run fail. */
  readonly failOn?: Severity;
  readonly overrides?: readonly Override[];
}

/** A path as written, and its place: UTF-16 offsets. */
export interface WrittenPath {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** Settings for the files that one of the patterns matches. */
export interface Override extends FileSettings {
  readonly files: readonly string[];
}

/** Something in the configuration file that cannot be obeyed; `start` and `end` are UTF-16 offsets. */
export interface SettingsProblem {
  readonly start: number;
  readonly end: number;
  /** Lower case, no full stop. */
  readonly message: string;
  /** What may be meant, to be written there as a string. */
  readonly meant?: string;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Reads the value of one key; what is wrong with it is told, and then nothing is set. */
type Reader<T> = (value: JsonNode, settings: Writable<T>, complain: Complain) => void;

const fileReaders: Readonly<Record<string, Reader<FileSettings>>> = {
  target: (value, settings, complain) => {
    const release = typeof value.value === "string" ? parseRelease(value.value) : undefined;
    if (release) settings.target = release;
    else {
      const message = `target must be one of ${alternatives(releases.map((item) => `"${item}"`))}`;
      complain(value, message, meantBy(value, releases));
    }
  },
  root: (value, settings, complain) => {
    const { value: root } = value;
    if (typeof root !== "string" || root === "") complain(value, "root must be the path of a folder, in quotes");
    else if (root.includes("**")) complain(value, "root: each * stands for one folder; write */* for two");
    else settings.root = writtenPath({ ...value, value: root });
  },
  rules: (value, settings, complain) => {
    if (value.type === "object") settings.rules = readRules(value, complain);
    else complain(value, 'rules must be an object: { "ID": "SEVERITY", … }');
  },
};

const readers: Readonly<Record<string, Reader<Settings>>> = {
  $schema: () => {},
  extends: (value, settings, complain) => {
    const found = stringsOf(value);
    if (found) {
      settings.extends = found.map(writtenPath);
    } else complain(value, "extends must be the path of a configuration file, in quotes, or a list of them");
  },
  ...fileReaders,
  exclude: (value, settings, complain) => {
    const found = readPatterns(value, complain);
    if (found) settings.exclude = found;
    else complain(value, "exclude must be a list of patterns, as in .gitignore");
  },
  "fail-on": (value, settings, complain) => {
    const threshold = thresholds.find((item) => item === value.value);
    if (threshold) settings.failOn = threshold;
    else complain(value, `fail-on must be ${alternatives(thresholds)}, in quotes`, meantBy(value, thresholds));
  },
  overrides: (value, settings, complain) => {
    if (value.type !== "array") {
      complain(value, 'overrides must be a list: [{ "files": ["PATTERN"], … }, …]');
      return;
    }
    settings.overrides = (value.children ?? []).flatMap((item) => readOverride(item, complain) ?? []);
  },
};

/** Reads the text of a configuration file: JSON, in which comments are allowed. */
export function readSettings(text: string): {
  readonly settings: Settings;
  readonly problems: readonly SettingsProblem[];
} {
  const problems: SettingsProblem[] = [];
  const complain: Complain = ({ offset, length }, message, meant) => {
    problems.push({ start: offset, end: offset + length, message, ...(meant !== undefined && { meant }) });
  };
  const settings: Writable<Settings> = {};
  readKeys(parseJson(text, complain), readers, settings, complain);
  return { settings, problems };
}

/** What a value is most likely a slip of: a number may only lack its quotes. */
function meantBy({ value }: JsonNode, known: readonly string[]): string | undefined {
  const word = String(value);
  return known.includes(word) ? word : nearest(word, known);
}

const writtenPath = ({ value: path, offset, length }: JsonNode & { readonly value: string }): WrittenPath => ({
  path,
  start: offset,
  end: offset + length,
});

/** Patterns; what is wrong with one is told. Undefined if it is no list of them. */
function readPatterns(value: JsonNode, complain: Complain): string[] | undefined {
  const found = value.type === "array" ? stringsOf(value) : undefined;
  for (const item of found ?? []) {
    const problem = explainPattern(item.value);
    if (problem !== undefined) complain(item, problem);
  }
  return found?.map(({ value: pattern }) => pattern);
}

function readKeys<T>(
  object: JsonNode | undefined,
  known: Readonly<Record<string, Reader<T>>>,
  settings: Writable<T>,
  complain: Complain,
): void {
  for (const { key, name, value } of entriesOf(object, complain)) {
    if (Object.hasOwn(known, name)) {
      known[name]?.(value, settings, complain);
      continue;
    }
    const keys = Object.keys(known);
    const suggestion = nearest(name, keys);
    complain(
      key,
      `unknown key ${quote(name)}; ${suggestion ? `did you mean ${suggestion}?` : `known are ${alternatives(keys)}`}`,
      suggestion,
    );
  }
}

function readOverride(item: JsonNode, complain: Complain): Override | undefined {
  if (item.type !== "object") {
    complain(item, 'an override must be an object: { "files": ["PATTERN"], … }');
    return undefined;
  }
  const override: Writable<Override> = { files: [] };
  readKeys<Override>(
    item,
    {
      files: (value, settings) => {
        settings.files = readPatterns(value, complain) ?? [];
      },
      ...fileReaders,
    },
    override,
    complain,
  );
  if (override.files.length > 0) return override;
  complain(item, 'an override needs the files that it is for: "files": ["PATTERN", …], as in .gitignore');
  return undefined;
}

/** A string, or a list of nothing but strings, none of them empty. */
function stringsOf(node: JsonNode): readonly (JsonNode & { readonly value: string })[] | undefined {
  const items = node.type === "array" ? (node.children ?? []) : [node];
  const isString = (item: JsonNode): item is JsonNode & { readonly value: string } =>
    typeof item.value === "string" && item.value !== "";
  return items.every(isString) ? items : undefined;
}

/** Why there is neither a rule nor a category of this name; undefined if there is one. */
export const explainUnknownRule = (id: string): string | undefined => unknownRule(id)?.message;

function unknownRule(id: string): { readonly message: string; readonly meant: string | undefined } | undefined {
  const ids = [...rules.map(({ meta }) => meta.id), ...ruleCategories];
  if (ids.includes(id)) return undefined;
  const meant = nearest(id, ids);
  return { message: `there is no rule ${quote(id)}${meant ? `; did you mean ${meant}?` : ""}`, meant };
}

/** Severities by rule, out of those by rule and category; what is said of a rule itself wins. */
export function expandCategories(chosen: Readonly<Record<string, SeverityName>>): Record<string, SeverityName> {
  const ofCategories = rules.flatMap(({ meta: { id, category } }) => {
    const severity = chosen[category];
    return severity === undefined ? [] : [[id, severity] as const];
  });
  const ofRules = Object.entries(chosen).filter(([name]) => !ruleCategories.some((category) => category === name));
  return Object.fromEntries([...ofCategories, ...ofRules]);
}

function readRules(object: JsonNode, complain: Complain): Record<string, SeverityName> {
  const read: [string, SeverityName][] = [];
  for (const { key, name, value } of entriesOf(object, complain)) {
    const unknown = unknownRule(name);
    const severity = severityNames.find((item) => item === value.value);
    if (unknown) complain(key, unknown.message, unknown.meant);
    else if (severity) read.push([name, severity]);
    else {
      const message = `the severity of ${name} must be ${alternatives(severityNames)}, in quotes`;
      complain(value, message, meantBy(value, severityNames));
    }
  }
  return expandCategories(Object.fromEntries(read));
}
