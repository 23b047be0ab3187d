import { linesOf, testLineParser } from "./read.ts";
import {
  Arrow,
  isOf,
  keyword,
  LBrace,
  ListCondition,
  ListSetting,
  Modifier,
  Quoted,
  RBrace,
  type TestToken,
  Text,
  tokenize,
  ValueCondition,
  ValueSetting,
  wordsOf,
} from "./tokens.ts";
import { filterAnswers } from "./vocabulary.ts";

/** What is being typed in a file of policy tests, and what may stand there. */
export interface TestCursor {
  /** Where the word or quoted text that is being typed starts; its end is at the cursor. */
  readonly start: number;
  /** The words before it in its line. */
  readonly before: readonly string[];
  /** The keyword to which a value would belong; undefined if no value may stand here. */
  readonly lead: string | undefined;
  /** The keywords that may stand here. */
  readonly words: readonly string[];
  /** True if `=>` may. */
  readonly arrow: boolean;
}

const nothing: Omit<TestCursor, "start"> = { before: [], lead: undefined, words: [], arrow: false };

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
    return { ...nothing, start, lead: before[leadAt(before)]?.image };
  }
  const expected = testLineParser().expectedAfter(before);
  const words = expected.flatMap((type) => wordsOf(type));
  return {
    start,
    before: before.map(({ image }) => image),
    lead: expected.includes(Text) ? leadOf(before, words.length === 0) : undefined,
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

/** Behind these a value must follow, whatever it looks like. */
const demanding = [
  ...[ListSetting, ValueSetting, ListCondition, ValueCondition, Modifier],
  ...[keyword("filter"), keyword("define")],
];

/** The place of the last word that is a keyword here, and none in a list or as a value. */
function leadAt(before: readonly TestToken[]): number {
  let lead = -1;
  let isValue = false;
  let isInList = false;
  for (const [index, token] of before.entries()) {
    const { tokenType } = token;
    if (tokenType === LBrace || tokenType === RBrace) isInList = tokenType === LBrace;
    else if (!isInList && !isValue && isKeyword(token)) lead = index;
    isValue = !isInList && lead === index && isOf(token, ...demanding);
  }
  return lead;
}

/** That word, if a value can follow what is behind it: nothing, an open list, or the code of a reply. */
function leadOf(before: readonly TestToken[], mustFollow: boolean): string | undefined {
  const at = leadAt(before);
  const lead = before[at]?.image;
  const behind = before.slice(at + 1);
  const opened = behind.findLast(({ tokenType }) => tokenType === LBrace || tokenType === RBrace);
  const isReply = lead === "reject" || lead === "tempfail" || filterAnswers.some((answer) => answer === lead);
  if (behind.length === 0 || opened?.tokenType === LBrace || isReply) return lead;
  // Two values follow `define`.
  return mustFollow ? `${lead} value` : undefined;
}
