import { type Use, vocabulary } from "@smtpdlint/grammar";

/** Words of smtpd.conf that editors colour alike. */
export interface WordClass {
  /** As TextMate grammars name it. */
  readonly scope: string;
  readonly words: readonly string[];
  /** True for words that are meant only where a line starts. */
  readonly startsLine: boolean;
}

/** How a word is coloured follows from the grammar rule that takes it. */
const scopes: readonly { readonly scope: string; readonly takes: (use: Use) => boolean }[] = [
  { scope: "keyword.control.statement", takes: ({ rule, word }) => rule === `${word}Statement` },
  { scope: "keyword.control.decision", takes: ({ rule }) => rule === "outcome" || rule.endsWith("ilterAction") },
  {
    scope: "support.function.method",
    takes: ({ rule, syntax }) => rule === "localMethod" || syntax.startsWith("relay ["),
  },
  { scope: "keyword.operator.word", takes: ({ word }) => word === "regex" },
  { scope: "variable.parameter.condition", takes: ({ rule }) => /^match(Option|From|For)$|Test$/.test(rule) },
  { scope: "constant.language.phase", takes: ({ rule, word }) => rule === "filterPhase" && word !== "match" },
  { scope: "constant.language.limit", takes: ({ rule }) => rule.endsWith("Limit") },
  { scope: "storage.modifier.option", takes: () => true },
];

/** All classes that have words; the first is that of the statements. A word may be in that one and in one other. */
export function wordClasses(): WordClass[] {
  const words = vocabulary.filter(({ uses }) => uses.some(({ rule }) => rule !== "dheValue"));
  const [statement, ...others] = scopes;
  const statements = words.filter(({ uses, word }) => uses.some(({ rule }) => rule === `${word}Statement`));
  const scopeOf = (uses: readonly Use[]) => others.find(({ takes }) => uses.some(takes))?.scope;
  const classes = [
    { scope: statement?.scope ?? "", words: statements, startsLine: true },
    ...others.map(({ scope }) => ({
      scope,
      words: words.filter(
        ({ uses, word }) => scopeOf(uses.filter(({ rule }) => rule !== `${word}Statement`)) === scope,
      ),
      startsLine: false,
    })),
  ];
  return classes
    .filter((item) => item.words.length > 0)
    .map((item) => ({ ...item, words: item.words.map(({ word }) => word) }));
}

export const longestFirst = (words: readonly string[]): string[] =>
  [...words].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
