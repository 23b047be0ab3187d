import type { InlayHintOptions } from "@smtpdlint/ide";
import { readSettings, type SeverityName } from "@smtpdlint/lint";

/** What the client can set, in the section `smtpdlint`. */
export interface ClientSettings {
  readonly target?: string | null;
  readonly root?: string | null;
  readonly rules?: Readonly<Record<string, SeverityName>> | null;
  /** Shows how many differences there are to what is committed, for which git is run. */
  readonly differencesToHead?: boolean | null;
  readonly inlayHints?: InlayHintOptions | null;
  /** Shows above each definition how often it is used, and above a match rule that no message reaches it. */
  readonly codeLenses?: { readonly references?: boolean } | null;
}

type Fields = Readonly<Record<string, unknown>>;

/** The switches, by the group that they are in; those of the first are in none. */
const switches: readonly (readonly [group: string | undefined, names: readonly string[]])[] = [
  [undefined, ["differencesToHead"]],
  ["inlayHints", ["implied", "macros", "ports"]],
  ["codeLenses", ["references"]],
];

/** Takes what a client sends as settings; what has the wrong type is left out and told, and keeps nothing else from counting. */
export function readClientSettings(given: unknown): {
  readonly settings: ClientSettings;
  readonly problems: readonly string[];
} {
  if (given === undefined || given === null) return { settings: {}, problems: [] };
  if (!isObject(given)) return { settings: {}, problems: ["the settings must be an object"] };
  const problems: string[] = [];
  // What `.smtpdlintrc.json` can say too has the same rules there.
  const shared = Object.fromEntries(
    ["target", "root", "rules"].flatMap((name) => (isUnset(given[name]) ? [] : [[name, given[name]]])),
  );
  const read = readSettings(JSON.stringify(shared));
  problems.push(...read.problems.map(({ message }) => message));
  const { target, root, rules } = read.settings;
  const settings: Record<string, unknown> = { target, root: root?.path, rules };
  for (const [group, names] of switches) {
    const from = group === undefined ? given : given[group];
    if (isUnset(from)) continue;
    if (!isObject(from)) {
      problems.push(`${group} must be an object: { "${names[0]}": true }`);
      continue;
    }
    const taken: Record<string, boolean> = {};
    for (const name of names) {
      const value = from[name];
      if (typeof value === "boolean") taken[name] = value;
      else if (!isUnset(value)) problems.push(`${group === undefined ? "" : `${group}.`}${name} must be true or false`);
    }
    if (group === undefined) Object.assign(settings, taken);
    else settings[group] = taken;
  }
  return { settings, problems };
}

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isUnset = (value: unknown) => value === undefined || value === null || value === "";
