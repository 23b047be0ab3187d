import {
  type Expectation,
  findUse,
  GrammarWalk,
  isAlive,
  keywords,
  type Release,
  type Token,
} from "@smtpdlint/grammar";

/** The name of a token's type: of a keyword, the word itself. */
export const nameOf = (token: Token) => token.tokenType.name;

/** True for a word without quotes, keyword or not. */
export const isBareWord = (token: Token) =>
  token.quote === "" && (nameOf(token) === "Text" || keywords.has(nameOf(token)));

/** The grammar, walked along the tokens as far as they fit. */
export function walkAlong(tokens: readonly Token[]): GrammarWalk {
  const walk = new GrammarWalk();
  walk.acceptAll(tokens);
  return walk;
}

/** The keywords among what is expected, as far as the target has them there. */
export function wordsOf(expected: readonly Expectation[], target: Release): string[] {
  const words = expected.flatMap(({ token, rule }) => {
    const use = findUse(rule, token);
    return use && isAlive(use, target) ? [token] : [];
  });
  return [...new Set(words)];
}

/** The keywords that a statement can start with. */
export function statementWords(target: Release): string[] {
  return wordsOf(new GrammarWalk().expected(), target);
}
