import type { Span } from "../span.ts";
import { TestLineParser } from "./parser.ts";
import { Arrow, LBrace, Newline, Quoted, RBrace, type TestToken, Text, tokenize, wordsOf } from "./tokens.ts";
import type { Setting, TestCase, TestFile, TestValue } from "./tree.ts";

/** Where a line of a file of policy tests cannot be read on. */
export interface TestSyntaxProblem {
  readonly code: "unexpected" | "unclosed-quote" | "unclosed-brace" | "setting-after-case";
  readonly span: Span;
  /** What stands there; empty at the end of a line. */
  readonly found: string;
  /** The keywords that may stand there. */
  readonly words: readonly string[];
  /** What else may: `'=>'`, `a word`. */
  readonly others: readonly string[];
}

export interface TestReading {
  readonly file: TestFile;
  readonly problems: readonly TestSyntaxProblem[];
}

/** Made when it is needed first: most runs read no tests. */
let parser: TestLineParser | undefined;

/** The one parser of lines. */
export function testLineParser(): TestLineParser {
  parser ??= new TestLineParser();
  return parser;
}

/**
 * Reads a file of policy tests. Never fails: a line that cannot be read is left
 * out of the tree, and has one problem.
 */
export function readTests(text: string): TestReading {
  const parser = testLineParser();
  const problems: TestSyntaxProblem[] = [];
  const settings: Setting[] = [];
  const groups: { name: TestValue | undefined; cases: TestCase[] }[] = [{ name: undefined, cases: [] }];
  // A mark of the order of bytes, which some editors write.
  for (const line of linesOf(tokenize(text.replace(/^\ufeff/, " ")))) {
    const [first] = line;
    if (!first) continue;
    const unclosed = line.find((token) => token.tokenType === Quoted && !/^"(?:[^"\\]|\\.)*"$/s.test(token.image));
    if (unclosed) {
      problems.push(problemAt("unclosed-quote", unclosed));
      continue;
    }
    const read = parser.read(line);
    if (!read) {
      problems.push(syntaxProblem(parser, line, text));
      continue;
    }
    if (read.kind === "case") groups.at(-1)?.cases.push(read);
    else if (read.kind === "group") groups.push({ name: read.name, cases: [] });
    else if (groups.length > 1 || groups[0]?.cases.length)
      problems.push({ ...problemAt("setting-after-case", first), span: read.span });
    else settings.push(read);
  }
  return { file: { settings, groups: groups.filter(({ name, cases }) => name || cases.length > 0) }, problems };
}

/** The tokens of each line. A list in braces may go over several. */
export function linesOf(tokens: readonly TestToken[]): TestToken[][] {
  const lines: TestToken[][] = [[]];
  let end = -1;
  for (const [index, token] of tokens.entries()) {
    if (token.tokenType === LBrace && index > end) end = closingBrace(tokens, index);
    if (token.tokenType !== Newline) lines.at(-1)?.push(token);
    else if (index > end) lines.push([]);
  }
  return lines;
}

/** The place of the brace that closes one; before it if there is none. */
function closingBrace(tokens: readonly TestToken[], start: number): number {
  for (let at = start + 1; at < tokens.length; at++) {
    const type = tokens[at]?.tokenType;
    if (type === RBrace) return at;
    if (type === LBrace || type === Arrow) break;
  }
  return -1;
}

const problemAt = (code: TestSyntaxProblem["code"], { startOffset, image }: TestToken): TestSyntaxProblem => ({
  code,
  span: { file: 0, start: startOffset, end: startOffset + image.length },
  found: image,
  words: [],
  others: [],
});

function syntaxProblem(parser: TestLineParser, line: readonly TestToken[], text: string): TestSyntaxProblem {
  const wrong = parser.errors[0]?.token as TestToken;
  const at = line.indexOf(wrong);
  const before = at === -1 ? line : line.slice(0, at);
  const last = line.at(-1) as TestToken;
  const lineEnd = last.startOffset + last.image.length;
  const expected = parser.expectedAfter(before);
  const opened = before.findLastIndex(({ tokenType }) => tokenType === LBrace || tokenType === RBrace);
  if (before[opened]?.tokenType === LBrace && expected.includes(RBrace) && (at === -1 || wrong.tokenType === Arrow)) {
    return problemAt("unclosed-brace", before[opened] as TestToken);
  }
  const words = expected.flatMap((type) => wordsOf(type));
  // Where a keyword may follow, a value would have to stick to the one before it.
  const isAfterValue = words.length > 0;
  const others = expected
    .filter((type) => wordsOf(type).length === 0 && !(isAfterValue && [Text, Quoted, LBrace].includes(type)))
    .map((type) => type.LABEL ?? type.name);
  return {
    code: "unexpected",
    span: at === -1 ? { file: 0, start: lineEnd, end: lineEnd } : problemAt("unexpected", wrong).span,
    found: at === -1 ? "" : text.slice(wrong.startOffset, wrong.startOffset + wrong.image.length),
    words: [...new Set(words)],
    others: [...new Set(others)],
  };
}
