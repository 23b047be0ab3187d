import type { Position, TextDocumentContentChangeEvent } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";

/** What a client counts in a line: bytes of UTF-8, code units of UTF-16, as we do, or characters of Unicode. */
export type PositionEncoding = "utf-8" | "utf-16" | "utf-32";

const served: readonly string[] = ["utf-8", "utf-16", "utf-32"] satisfies PositionEncoding[];

/** The first that a client names, in the order of its liking (LSP, general.positionEncodings); UTF-16 is what all know. */
export const chooseEncoding = (wanted: readonly string[] = []): PositionEncoding =>
  (wanted.find((name) => served.includes(name)) as PositionEncoding | undefined) ?? "utf-16";

/** Turns offsets of a text into positions as the client counts them, and back. */
export type Positions = Pick<TextDocument, "uri" | "positionAt" | "offsetAt">;

export function positionsIn(uri: string, text: string, encoding: PositionEncoding): Positions {
  return withEncoding(TextDocument.create(uri, "", 0, text), encoding);
}

function withEncoding(document: TextDocument, encoding: PositionEncoding): Positions {
  const differs = encoding === "utf-8" ? /[^\0-\x7f]/ : /[\ud800-\udfff]/;
  return encoding === "utf-16" || !differs.test(document.getText()) ? document : new EncodedText(document, encoding);
}

/** Edits a document, whose own positions are those of UTF-16; each change has positions in the text after the one before. */
export function updateDocument(
  document: TextDocument,
  changes: readonly TextDocumentContentChangeEvent[],
  version: number,
  encoding: PositionEncoding,
): TextDocument {
  let updated = document;
  for (const change of changes) {
    const positions = "range" in change ? withEncoding(updated, encoding) : updated;
    const toOwn = (position: Position) => updated.positionAt(positions.offsetAt(position));
    const own =
      "range" in change && positions !== updated
        ? { text: change.text, range: { start: toOwn(change.range.start), end: toOwn(change.range.end) } }
        : change;
    updated = TextDocument.update(updated, [own], version);
  }
  return updated;
}

/** A text with characters that the client counts in another way. */
class EncodedText implements Positions {
  readonly uri: string;
  private readonly text: string;
  /** Where it counted to last: most questions are about the next place of the same line. */
  private last = { lineStart: -1, offset: 0, character: 0 };

  constructor(
    private readonly document: TextDocument,
    private readonly encoding: Exclude<PositionEncoding, "utf-16">,
  ) {
    this.uri = document.uri;
    this.text = document.getText();
  }

  positionAt(offset: number): Position {
    const { line, character } = this.document.positionAt(offset);
    const lineStart = this.document.offsetAt({ line, character: 0 });
    const end = lineStart + character;
    const isBehind = this.last.lineStart === lineStart && this.last.offset <= end;
    let [at, count] = isBehind ? [this.last.offset, this.last.character] : [lineStart, 0];
    while (at < end) {
      const code = this.text.codePointAt(at) ?? 0;
      const next = at + (code > 0xffff ? 2 : 1);
      // Half a character is none: the place is before it.
      if (next > end) break;
      at = next;
      count += this.lengthOf(code);
    }
    this.last = { lineStart, offset: at, character: count };
    return { line, character: count };
  }

  offsetAt({ line, character }: Position): number {
    let offset = this.document.offsetAt({ line, character: 0 });
    const end = this.document.offsetAt({ line, character: Number.MAX_SAFE_INTEGER });
    let left = character;
    while (offset < end) {
      const code = this.text.codePointAt(offset) ?? 0;
      left -= this.lengthOf(code);
      if (left < 0) break;
      offset += code > 0xffff ? 2 : 1;
    }
    return offset;
  }

  /** Half of a pair is sent as U+FFFD, which is as long. */
  private lengthOf(code: number): number {
    if (this.encoding === "utf-32" || code < 0x80) return 1;
    if (code < 0x800) return 2;
    return code < 0x10000 ? 3 : 4;
  }
}
