import { linesOf, testLineParser } from "./read.ts";
import { Arrow, LBrace, Quoted, RBrace, type TestToken, Text, tokenize, wordsOf } from "./tokens.ts";
import { filterAnswers } from "./vocabulary.ts";

/** What is being typed in a file of policy tests, and what may stand there. */
export interface TestCursor {
  /** Where the word or quoted text that is being typed starts; its end is at the cursor. */
  readonly start: number;
  /** The words before it in its line. */
  readonly before: readonly string[];
  /** The keyword to which a value would belong; undefined if no value may stand here. */
  readonly valueOf: string | undefined;
  /** The keywords that may stand here. */
  readonly words: readonly string[];
  /** True if `=>` may. */
  readonly arrow: boolean;
}

const nothing: Omit<TestCursor, "start"> = { before: [], valueOf: undefined, words: [], arrow: false };

/** What may stand at an offset, for completion. Never fails. */
export function testCursor(text: string, offset: number): TestCursor {
  const line = lineBefore(text.slice(0, offset));
  const last = line.at(-1);
  const end = Math.max(last ? endOf(last) : 0, text.lastIndexOf("\n", offset - 1) + 1);
  if (text.slice(end, offset).includes("#")) return { ...nothing, start: offset };
  const isTyped = last && endOf(last) === offset && isWord(last) && !isClosed(last);
  const start = isTyped ? last.startOffset : offset;
  const before = isTyped ? line.slice(0, -1) : line;
  const neighbour = before.at(-1);
  // `{ root, abuse }@example.org`
  if (isTyped && neighbour?.tokenType === RBrace && endOf(neighbour) === start) {
    return { ...nothing, start, valueOf: before.findLast(isKeyword)?.image };
  }
  const expected = testLineParser().expectedAfter(before);
  const words = expected.flatMap((type) => wordsOf(type));
  return {
    start,
    before: before.map(({ image }) => image),
    valueOf: expected.includes(Text) ? leadOf(before, words.length === 0) : undefined,
    words: [...new Set(words)],
    arrow: expected.includes(Arrow),
  };
}

/** The tokens of the line that a text ends in; a list that is still open goes over lines. */
function lineBefore(text: string): TestToken[] {
  const tokens = tokenize(text);
  const opened = tokens.findLastIndex(({ tokenType }) => [LBrace, RBrace, Arrow].includes(tokenType));
  const isOpen = tokens[opened]?.tokenType === LBrace;
  const line = linesOf(isOpen ? tokenize(`${text} }`) : tokens).at(-1) ?? [];
  return isOpen ? line.slice(0, -1) : line;
}

const endOf = ({ startOffset, image }: TestToken) => startOffset + image.length;

const isKeyword = ({ tokenType }: TestToken) => wordsOf(tokenType).length > 0;

const isWord = (token: TestToken) => token.tokenType === Text || token.tokenType === Quoted || isKeyword(token);

const isClosed = ({ tokenType, image }: TestToken) => tokenType === Quoted && /^"(?:[^"\\]|\\.)*"$/.test(image);

/** The last keyword, if a value can follow what is behind it: nothing, an open list, or the code of a reply. */
function leadOf(before: readonly TestToken[], mustFollow: boolean): string | undefined {
  const at = before.findLastIndex(isKeyword);
  const lead = before[at]?.image;
  const behind = before.slice(at + 1);
  const isInList =
    behind.findLast(({ tokenType }) => tokenType === LBrace || tokenType === RBrace)?.tokenType === LBrace;
  const isReply = lead === "reject" || lead === "tempfail" || filterAnswers.some((answer) => answer === lead);
  if (behind.length === 0 || isInList || isReply) return lead;
  // Two values follow `define` and `assume filter`.
  return mustFollow ? `${lead} value` : undefined;
}
