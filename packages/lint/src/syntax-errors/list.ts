import type { Token, UnexpectedToken } from "@smtpdlint/grammar";
import { nameOf, walkAlong } from "./tokens.ts";

/** Several values without the braces that make them a list; undefined if braces would not help. */
export function findBareList({ tokens, at }: UnexpectedToken): readonly Token[] | undefined {
  return listFrom(tokens, at - 1, at) ?? listFrom(tokens, at, at);
}

function listFrom(tokens: readonly Token[], start: number, at: number): readonly Token[] | undefined {
  const first = tokens[start];
  if (!first || nameOf(first) !== "Text") return undefined;
  const after = tokens.slice(start).findIndex((token) => !isPart(token));
  const list = tokens.slice(start, after === -1 ? undefined : start + after);
  // The path of a table, and a word behind it that smtpd does not know.
  const isPath = !list.some((token) => nameOf(token) === "Comma") && list.some(({ image }) => /(^|:)\//.test(image));
  if (list.length <= at - start || isPath) return undefined;
  const walk = walkAlong(tokens.slice(0, start));
  const fits = walk.accept("LBrace") && walk.acceptAll(list) === list.length && walk.accept("RBrace");
  const next = tokens[start + list.length];
  return fits && next && walk.accept(nameOf(next)) ? list : undefined;
}

const isPart = (token: Token) => /^(Text|Comma|Equals|Arrow)$/.test(nameOf(token));
