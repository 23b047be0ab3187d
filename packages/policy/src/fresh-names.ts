import type { Condition, MatchRule } from "./ruleset.ts";

/** The names and patterns that conditions of match rules list; regular expressions are left out. */
export function namesIn(
  ruleset: readonly MatchRule[],
  conditionOf: (rule: MatchRule) => Condition | undefined,
): readonly string[] {
  const conditions = ruleset.flatMap((rule) => conditionOf(rule) ?? []);
  return [...new Set(conditions.flatMap(({ regex, table }) => (regex ? [] : (table.keys ?? []))))];
}

export const reverseNamesOf = ({ from }: MatchRule): Condition | undefined =>
  from.kind === "rdns" ? from.condition : undefined;

const conditionsOf: readonly ((rule: MatchRule) => Condition | undefined)[] = [
  reverseNamesOf,
  ({ destination }) => destination,
  ({ helo }) => helo,
  ({ mailFrom }) => mailFrom,
  ({ rcptTo }) => rcptTo,
];

/** Names that no match rule names: only patterns for many names take them. */
export class FreshNames {
  /** For the first label of a pattern. */
  readonly label: string;
  readonly user: string;
  readonly host: string;
  /** The host among others, where the last label may make a difference. */
  readonly hosts: readonly string[];

  constructor(ruleset: readonly MatchRule[]) {
    const text = conditionsOf
      .flatMap((conditionOf) => namesIn(ruleset, conditionOf))
      .join("\n")
      .toLowerCase();
    this.label = freshWord("host", text);
    this.user = freshWord("someone", text);
    const domain = freshWord("elsewhere", text);
    const lastLabels = ["example", "com", "org", "net"].filter(
      (label) => !new RegExp(`\\*\\.${label}$`, "m").test(text),
    );
    this.hosts = (lastLabels.length > 0 ? lastLabels : [domain]).map((label) => `${domain}.${label}`);
    this.host = this.hosts[0] as string;
  }
}

/** A word that does not occur in a text, like this one. */
function freshWord(word: string, text: string): string {
  let candidate = word;
  for (let number = 2; text.includes(candidate); number++) candidate = `${word}${number}`;
  return candidate;
}
