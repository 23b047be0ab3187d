import { createToken, type IToken, Lexer, type TokenType } from "chevrotain";
import * as words from "./vocabulary.ts";

export type TestToken = IToken;

/** What separates words; a line goes on behind a backslash at its end. */
const Blank = createToken({
  name: "Blank",
  pattern: /(?:[ \t\f\v]|\\\r?\n)+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
});
const Comment = createToken({ name: "Comment", pattern: /#[^\n]*/, group: Lexer.SKIPPED });

export const Newline = createToken({
  name: "Newline",
  label: "the end of the line",
  pattern: /\r?\n/,
  line_breaks: true,
});
export const Arrow = createToken({ name: "Arrow", label: "'=>'", pattern: "=>" });
export const LBrace = createToken({ name: "LBrace", label: "'{'", pattern: "{" });
export const RBrace = createToken({ name: "RBrace", label: "'}'", pattern: "}" });
export const Comma = createToken({ name: "Comma", label: "','", pattern: "," });
/** Without its second quote where the line ends before. */
export const Quoted = createToken({ name: "Quoted", label: "a text in quotes", pattern: /"(?:[^"\\\n]|\\[^\n])*"?/ });
export const Text = createToken({
  name: "Text",
  label: "a word",
  pattern: /(?:[^\s"#{},\\]|\\(?!\r?\n))+|[^\S\n]/,
});

/** A kind of keyword. Each keyword may also stand where any text may. */
const kind = (name: string, label: string): TokenType => createToken({ name, label, pattern: Lexer.NA });

export const ListSetting = kind("ListSetting", "a setting");
export const ValueSetting = kind("ValueSetting", "a setting");
export const ListCondition = kind("ListCondition", "a condition");
export const ValueCondition = kind("ValueCondition", "a condition");
export const FlagCondition = kind("FlagCondition", "a condition");
export const PlainVerdict = kind("PlainVerdict", "an outcome");
export const DestinationVerdict = kind("DestinationVerdict", "an outcome");
export const RefusalVerdict = kind("RefusalVerdict", "an outcome");
export const Modifier = kind("Modifier", "more of the outcome");
export const FilterAnswer = kind("FilterAnswer", "what the filter answers");

const kinds: readonly (readonly [TokenType, readonly string[]])[] = [
  [ListSetting, words.listSettings],
  [ValueSetting, words.valueSettings],
  [ListCondition, words.listConditions],
  [ValueCondition, words.valueConditions],
  [FlagCondition, words.flagConditions],
  [PlainVerdict, words.plainVerdicts],
  [DestinationVerdict, words.destinationVerdicts],
  [RefusalVerdict, words.refusalVerdicts],
  [Modifier, words.modifiers],
  [FilterAnswer, words.filterAnswers],
];

/** Words that stand for themselves alone. */
const single = ["assume", "filter", "define", "maybe", "never", "always", "exactly", "not", "and"] as const;

const keywords = new Map<string, TokenType>();
for (const word of new Set([...single, ...kinds.flatMap(([, list]) => list)])) {
  const categories = kinds.filter(([, list]) => list.includes(word)).map(([category]) => category);
  keywords.set(word, createToken({ name: `Word_${word}`, pattern: Lexer.NA, categories: [Text, ...categories] }));
}

/** The words by what they do, for editors. */
export const testKeywords = {
  settings: [...words.listSettings, ...words.valueSettings, "assume filter", "define"],
  conditions: [...words.listConditions, ...words.valueConditions, ...words.flagConditions],
  outcomes: [...words.plainVerdicts, ...words.destinationVerdicts, ...words.refusalVerdicts],
  modifiers: words.modifiers,
  operators: ["maybe", "never", "always", "exactly", "not", "and"],
} as const;

export const keyword = (word: (typeof single)[number]): TokenType => keywords.get(word) as TokenType;

/** The words of which a token of this type can be one; none for what is no keyword. */
export function wordsOf(type: TokenType): readonly string[] {
  const found = kinds.find(([category]) => category === type)?.[1];
  if (found) return found;
  return [...keywords].filter(([, token]) => token === type).map(([word]) => word);
}

/** Reads a text into tokens, lines and all; whatever stands in it. */
export function tokenize(text: string): IToken[] {
  lexer ??= new Lexer(read, { positionTracking: "onlyOffset", ensureOptimizations: false, skipValidations: true });
  const { tokens } = lexer.tokenize(text);
  for (const token of tokens) {
    const type = token.tokenType === Text ? keywords.get(token.image) : undefined;
    if (type) Object.assign(token, { tokenType: type, tokenTypeIdx: type.tokenTypeIdx });
  }
  return tokens;
}

/** Made when it is needed first: most runs read no tests. */
let lexer: Lexer | undefined;

export const isOf = (token: IToken, ...types: readonly TokenType[]): boolean =>
  types.some((type) => token.tokenType === type || (token.tokenType.CATEGORIES ?? []).includes(type));

const read = [Blank, Comment, Newline, Arrow, LBrace, RBrace, Comma, Quoted, Text];

export const allTokens: TokenType[] = [...read, ...kinds.map(([category]) => category), ...keywords.values()];
