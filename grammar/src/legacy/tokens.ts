import { createToken, type TokenType } from "chevrotain";
import {
  Arrow,
  Bang,
  Comma,
  Equals,
  Greater,
  LBrace,
  Less,
  LexedToken,
  NumberToken,
  RBrace,
  Stray,
  Text,
  type Token,
  keywords as today,
} from "../tokens.ts";
import { olderWords, valueWords, words } from "./vocabulary.ts";

/** Keyword token types by their word; where today's language has the word, its type. */
export const keywords: ReadonlyMap<string, TokenType> = new Map(
  words.map((word) => [word, today.get(word) ?? createToken({ name: word, label: word })]),
);

const olderKeywords: ReadonlyMap<string, TokenType> = new Map(
  olderWords.map(({ word }) => [word, today.get(word) ?? createToken({ name: word, label: word })]),
);

/** The token type of a keyword, of 6.0.3 or older; throws if the vocabulary does not have it. */
export function keyword(word: string): TokenType {
  const found = keywords.get(word) ?? olderKeywords.get(word);
  if (!found) throw new Error(`no such keyword: ${word}`);
  return found;
}

export const allTokens: TokenType[] = [
  Text,
  NumberToken,
  LBrace,
  RBrace,
  Less,
  Greater,
  Bang,
  Equals,
  Arrow,
  Comma,
  Stray,
  ...keywords.values(),
  ...olderKeywords.values(),
];

const valueTypes = new Set(valueWords.map(keyword));

/**
 * The tokens of a statement, older words made keywords where one can stand: at
 * the start, or in a statement that knows it, but not where 6.0.3 wants a text,
 * in braces, or as the name of a macro.
 */
export function withOlderKeywords(tokens: readonly Token[]): Token[] {
  const first = tokens[0]?.image ?? "";
  let depth = 0;
  return tokens.map((token, at) => {
    if (token.tokenType === LBrace) depth++;
    else if (token.tokenType === RBrace) depth--;
    if (token.tokenType !== Text || token.quote !== "" || depth > 0) return token;
    const older = olderWords.find(({ word }) => word === token.image);
    const before = tokens[at - 1]?.tokenType;
    const isKnown = older?.within.includes(at === 0 ? "" : first);
    const isText = at === 0 ? tokens[1]?.tokenType === Equals : before && valueTypes.has(before);
    if (!isKnown || isText || before === Less) return token;
    const { image, file, start, end, macro } = token;
    return new LexedToken(keyword(older?.word ?? ""), image, file, start, end, "", macro);
  });
}
