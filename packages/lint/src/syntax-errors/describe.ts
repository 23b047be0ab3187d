import { keywords, type Release, type Token, type UnexpectedToken } from "@smtpdlint/grammar";
import { alternatives, quote } from "@smtpdlint/model";
import { wordsOf } from "./tokens.ts";
import { byUse } from "./word-order.ts";

/** A token as messages name it. */
export function describeToken(token: Token): string {
  const name = token.tokenType.name;
  if (name === "Newline") return "end of line";
  if (name === "EOF") return "end of file";
  if (keywords.has(name)) return `keyword ${quote(token.image)}`;
  return quote(token.quote + token.image + token.quote);
}

const nouns: Readonly<Record<string, string>> = {
  Number: "a number",
  Newline: "the end of the line",
  LBrace: "'{'",
  RBrace: "'}'",
  Less: "'<'",
  Greater: "'>'",
  Bang: "'!'",
  Equals: "'='",
  Arrow: "'=>'",
  Comma: "','",
};

const textNouns: Readonly<Record<string, string>> = {
  actionStatement: "a name for the action",
  outcome: "the name of an action",
  bounceStatement: "a delay",
  caStatement: "a name",
  chainEntry: "the name of a filter",
  filterExpression: "the name of a filter",
  filterAction: "a text",
  includeStatement: "a path",
  listenStatement: "an interface or address",
  portNumber: "a service name",
  tableExpression: "a value",
  tableReference: "the name of a table",
  tableEntry: "an entry",
};

/** Everything that could stand somewhere, as a list for people: what must come before what may, and words by their use. */
export function describeExpected({ tokens, expected }: UnexpectedToken, target: Release): string {
  const words = byUse(wordsOf(expected, target), tokens[0]?.image ?? "");
  const ends = new Set(expected.flatMap(({ token, rule }) => (rule === "outcome" ? [token] : [])));
  const others = expected.flatMap(({ token, rule }) => {
    if (token === "Text") return [textNouns[rule] ?? "text"];
    if (token === "Newline" && expected.some((item) => item.token === "RBrace")) return [];
    return nouns[token] ?? [];
  });
  const [first, rest] = [words.filter((word) => ends.has(word)), words.filter((word) => !ends.has(word))];
  const [negation, signs] = [
    others.filter((noun) => noun === nouns.Bang),
    others.filter((noun) => noun !== nouns.Bang),
  ];
  return alternatives([...new Set([...first, ...signs, ...rest, ...negation])]);
}
