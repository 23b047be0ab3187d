import type { Token, UnexpectedToken } from "@smtpdlint/grammar";
import { nameOf, walkAlong } from "./tokens.ts";

/** A condition has no more words before its value: `from mail-from regex`. */
const mostWords = 4;

/** The tokens of a condition up to its `!`, which would have to come first; undefined if it could not either. */
export function findNegated({ tokens, at }: UnexpectedToken): readonly Token[] | undefined {
  // Behind a condition that needs no value, `!` fits and only the value does not.
  const bang = [at, at - 1].find((index) => isNegation(tokens[index]));
  const next = bang === undefined ? undefined : tokens[bang + 1];
  if (bang === undefined || !next || isNegation(tokens[bang - 1])) return undefined;
  for (let start = bang - 1; start > Math.max(0, bang - mostWords); start--) {
    const walk = walkAlong(tokens.slice(0, start));
    const condition = tokens.slice(start, bang);
    const fits = walk.accept("Bang") && walk.acceptAll(condition) === condition.length;
    if (fits && walk.accept(nameOf(next))) return tokens.slice(start, bang + 1);
  }
  return undefined;
}

const isNegation = (token: Token | undefined) =>
  token !== undefined && (nameOf(token) === "Bang" || (token.image === "not" && token.quote === ""));
