import { type SemanticToken, type TokenGroup, tokenModifiers, tokenTypes } from "@smtpdlint/ide";
import type { Position, SemanticTokensEdit } from "vscode-languageserver";
import type { Converter } from "./convert.ts";

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

/** Turns tokens into the numbers of LSP. What a group is turned into is kept as long as its tokens are the same. */
export class TokenEncoder {
  private readonly known = new WeakMap<readonly SemanticToken[], Encoded>();

  encode(groups: readonly TokenGroup[], converter: Converter, file: number): number[] {
    const positionAt = converter.positionsIn(file);
    // Of its full length at once, since there may be many: to grow takes longer than to fill.
    const data = new Array<number>(5 * groups.reduce((sum, { tokens }) => sum + tokens.length, 0));
    let length = 0;
    let [line, character] = [0, 0];
    for (const group of groups) {
      if (group.tokens.length === 0) continue;
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
