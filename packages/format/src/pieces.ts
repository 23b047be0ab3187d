import { parse, type ReadStatement, type Span, type Token } from "@smtpdlint/grammar";

/** A token or a comment as it stands in the file; `$macro` is one piece with what is glued to it. */
export interface Piece {
  readonly start: number;
  end: number;
  readonly isComment: boolean;
  /** A blank behind it, or none, makes a difference. */
  isSticky: boolean;
  /** What follows on its line may be no blank at all. */
  isOpaque: boolean;
}

/** Where a statement starts, and where its line ends. */
export interface StatementPlace {
  readonly start: number;
  readonly end: number;
  /** It is left as it is: smtpd cannot read it. */
  readonly isBroken: boolean;
}

export interface FormatSource {
  /** By their place; none overlaps another. Who reads them may delete what is done with. */
  readonly pieces: Piece[];
  readonly statements: readonly StatementPlace[];
}

/** Reads one file without what it includes. */
export function readPieces(path: string, text: string): FormatSource {
  const pieces: Piece[] = [];
  const statements: StatementPlace[] = [];
  /** Macros that may escape what follows them. */
  const escaping = new Set<string>();
  const onStatement = (read: ReadStatement) => {
    const { statement, tokens } = read;
    const end = tokens[tokens.length - 1] as Token;
    const broken = isBroken(read);
    statements.push({ start: statement.span.start, end: end.start, isBroken: broken });
    if (statement.kind === "macro") {
      const [name, , value] = tokens;
      if (name && value && text.slice(value.start, value.end).includes("\\")) escaping.add(name.image);
    }
    if (broken) {
      pieces.push(pieceOf(statement.span, {}));
      return;
    }
    for (const token of tokens) {
      if (token.end === token.start || token.tokenType.name === "Newline") continue;
      const isOpaque = token.macro !== undefined && escaping.has(token.macro.name);
      pieces.push(pieceOf(token, { isSticky: isSticky(token), isOpaque }));
    }
  };
  const { config } = parse(path, text, { onStatement, discards: true });
  const macros = config.macroUses.map(({ name, reference }) => pieceOf(reference, { isOpaque: escaping.has(name) }));
  const comments = (config.files[0]?.comments ?? []).map((comment) => pieceOf(comment, { isComment: true }));
  const others = [...macros, ...comments];
  // Tokens alone are in order, and there may be millions.
  return { pieces: others.length > 0 ? merge([...others, ...pieces]) : pieces, statements };
}

/** There may be millions: each is written out, for spread objects take several times as long. */
function pieceOf(
  { start, end }: Pick<Span, "start" | "end">,
  { isComment = false, isSticky = false, isOpaque = false }: Partial<Piece>,
): Piece {
  return { start, end, isComment, isSticky, isOpaque };
}

/** What is no fault of the statement: macros may be defined elsewhere, and smtpd's dislike of CRLF is the file's. */
const harmless = new Set(["undefined-macro", "carriage-return", "byte-order-mark"]);

function isBroken({ valid, problems }: ReadStatement): boolean {
  return !valid || problems.some(({ code }) => !harmless.has(code));
}

/** `5{` is the text 5, `5 {` the number; and nobody knows what a macro from elsewhere is. */
function isSticky({ tokenType, quote, image, macro }: Token): boolean {
  if (macro && !macro.definition) return true;
  return tokenType.name === "Text" && quote === "" && /^-?\d+$/.test(image);
}

function merge(pieces: readonly Piece[]): Piece[] {
  const merged: Piece[] = [];
  for (const piece of pieces.toSorted((a, b) => a.start - b.start)) {
    const last = merged[merged.length - 1];
    if (!last || piece.start >= last.end) merged.push(piece);
    else {
      last.end = Math.max(last.end, piece.end);
      last.isSticky = piece.isSticky;
      last.isOpaque ||= piece.isOpaque;
    }
  }
  return merged;
}
