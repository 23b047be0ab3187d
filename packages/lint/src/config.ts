import { parseRelease, type Release, releases } from "@smtpdlint/grammar";
import { alternatives, nearest, quote } from "@smtpdlint/model";
import type { Severity } from "./diagnostic.ts";
import { type Complain, entriesOf, type JsonNode, parseJson } from "./json.ts";
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

/** Reads the text of a configuration file: JSON, in which comments are allowed. */
export function readSettings(text: string): {
  readonly settings: Settings;
  readonly problems: readonly SettingsProblem[];
} {
  const problems: SettingsProblem[] = [];
  const complain: Complain = ({ offset, length }, message) => {
    problems.push({ start: offset, end: offset + length, message });
  };
  const tree = parseJson(text, complain);
  const settings: { -readonly [K in keyof Settings]: Settings[K] } = {};
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

function readRules(object: JsonNode, complain: Complain): Record<string, SeverityName> {
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
