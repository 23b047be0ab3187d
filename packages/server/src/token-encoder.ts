import { type SemanticToken, type TokenGroup, tokenModifiers, tokenTypes } from "@smtpdlint/ide";
import type { Position, SemanticTokensEdit } from "vscode-languageserver";
import type { Converter } from "./convert.ts";
import type { DocumentContext } from "./document-context.ts";

/** The tokens of a group, by places from where it begins. */
interface Encoded {
  readonly first: Position;
  readonly last: Position;
  /** Five numbers a token, as LSP wants them, but for the place of the first. */
  readonly rest: readonly number[];
}

/** A place in a group that begins at `start`; on its first line the characters count from there. */
const placed = ({ line, character }: Position, start: Position): Position => ({
  line: start.line + line,
  character: line === 0 ? start.character + character : character,
});

/** The tokens of a document as LSP wants them. */
export interface EncodedDocument {
  readonly groups: readonly TokenGroup[];
  readonly text: string;
  readonly data: readonly number[];
}

const isFilled = ({ tokens }: TokenGroup): boolean => tokens.length > 0;

/** How many numbers the tokens of some groups are. */
const valuesOf = (groups: readonly TokenGroup[]): number =>
  5 * groups.reduce((sum, { tokens }) => sum + tokens.length, 0);

/** How many groups at the start and at the end have the same numbers as before. */
function unchanged(
  before: Omit<EncodedDocument, "data">,
  { groups, text }: Omit<EncodedDocument, "data">,
): [first: number, last: number] {
  const most = Math.min(text.length, before.text.length);
  let from = 0;
  while (from < most && text.charCodeAt(from) === before.text.charCodeAt(from)) from++;
  const shift = text.length - before.text.length;
  let to = text.length;
  while (to > from + Math.max(shift, 0) && text.charCodeAt(to - 1) === before.text.charCodeAt(to - 1 - shift)) to--;

  const isSame = (one: TokenGroup | undefined, other: TokenGroup | undefined, by: number) =>
    one !== undefined && other !== undefined && one.tokens === other.tokens && one.start === other.start + by;
  let first = 0;
  while (isSame(groups[first], before.groups[first], 0) && (groups[first] as TokenGroup).end <= from) first++;
  let last = 0;
  const left = Math.min(groups.length, before.groups.length) - first;
  const ofEnd = (list: readonly TokenGroup[]) => list[list.length - 1 - last];
  while (last < left && isSame(ofEnd(groups), ofEnd(before.groups), shift) && (ofEnd(groups) as TokenGroup).start >= to)
    last++;
  // The first token behind the edit counts from the one before it.
  while (last > 0 && !isFilled(groups[groups.length - last] as TokenGroup)) last--;
  return [first, Math.max(0, last - 1)];
}

/** Turns tokens into the numbers of LSP. What a group is turned into is kept as long as its tokens are the same. */
export class TokenEncoder {
  private readonly known = new WeakMap<readonly SemanticToken[], Encoded>();

  /** The tokens of a whole document; what is as it was `before` is taken over. */
  encodeAll(
    groups: readonly TokenGroup[],
    { view, converter }: DocumentContext,
    before?: EncodedDocument,
  ): EncodedDocument {
    const text = view.model.sources.files[view.file]?.text ?? "";
    const [first, last] = before ? unchanged(before, { groups, text }) : [0, 0];
    const middle = groups.slice(first, groups.length - last);
    const data = this.encode(middle, converter, view.file, groups.slice(0, first).findLast(isFilled));
    if (!before) return { groups, text, data };
    const start = before.data.slice(0, valuesOf(groups.slice(0, first)));
    const end = before.data.slice(before.data.length - valuesOf(groups.slice(groups.length - last)));
    return { groups, text, data: start.concat(data, end) };
  }

  /** The tokens of some groups, behind those of the group `previous`. */
  encode(groups: readonly TokenGroup[], converter: Converter, file: number, previous?: TokenGroup): number[] {
    const positionAt = converter.positionsIn(file);
    // Of its full length at once, since there may be many: to grow takes longer than to fill.
    const data = new Array<number>(valuesOf(groups));
    let length = 0;
    const { last } = previous ? this.encoded(previous, converter, file) : {};
    let { line, character } = previous && last ? placed(last, positionAt(previous.start)) : { line: 0, character: 0 };
    for (const group of groups) {
      if (!isFilled(group)) continue;
      const start = positionAt(group.start);
      const { first, rest, last } = this.encoded(group, converter, file);
      const at = placed(first, start);
      data[length++] = at.line - line;
      data[length++] = at.line === line ? at.character - character : at.character;
      for (let index = 0; index < rest.length; index++) data[length++] = rest[index] as number;
      ({ line, character } = placed(last, start));
    }
    return data;
  }

  private encoded(group: TokenGroup, converter: Converter, file: number): Encoded {
    let encoded = this.known.get(group.tokens);
    if (!encoded) {
      encoded = encode(group, converter, file);
      this.known.set(group.tokens, encoded);
    }
    return encoded;
  }
}

function encode({ start, tokens }: TokenGroup, converter: Converter, file: number): Encoded {
  const origin = converter.position(file, start);
  const places = tokens.map(({ span }) => {
    const { line, character } = converter.position(file, start + span.start);
    return { line: line - origin.line, character: line === origin.line ? character - origin.character : character };
  });
  const first = places[0] ?? { line: 0, character: 0 };
  const rest: number[] = [];
  let last = first;
  for (const [index, { span, type, modifiers }] of tokens.entries()) {
    const { line, character } = places[index] ?? last;
    if (index > 0) rest.push(line - last.line, line === last.line ? character - last.character : character);
    const length = converter.length({ file, start: start + span.start, end: start + span.end });
    const bits = modifiers.reduce((sum, modifier) => sum | (1 << tokenModifiers.indexOf(modifier)), 0);
    rest.push(length, tokenTypes.indexOf(type), bits);
    last = { line, character };
  }
  return { first, last, rest };
}

/** What turns some numbers into others: what is between the first and the last that differ. */
export function editsOf(before: readonly number[], after: readonly number[]): SemanticTokensEdit[] {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let same = 0;
  while (same < most - start && before[before.length - 1 - same] === after[after.length - 1 - same]) same++;
  const deleteCount = before.length - same - start;
  const data = after.slice(start, after.length - same);
  return deleteCount > 0 || data.length > 0 ? [{ start, deleteCount, data }] : [];
}
