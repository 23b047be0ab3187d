import {
  type Action,
  type Filter,
  type Listen,
  type Match,
  type Span,
  type Statement,
  touches,
} from "@smtpdlint/grammar";
import { type NameKind, symbolsAt } from "@smtpdlint/model";
import type { View } from "../view.ts";

/** What mail comes by, or a table that is asked about it. */
export type MailSubject =
  | { readonly kind: "statement"; readonly statement: Match | Listen | Action | Filter; readonly span: Span }
  | { readonly kind: "table"; readonly name: string; readonly span: Span };

const asked: readonly NameKind[] = ["action", "filter", "table"];

/** What a name or the first word of a statement stands for; `isWhole` takes any place in a statement. */
export function mailSubjectAt({ model, file }: View, offset: number, isWhole = false): MailSubject | undefined {
  const symbol = symbolsAt(model.symbols, file, offset).find(({ kind }) => asked.includes(kind));
  if (symbol && !isWhole) {
    const { kind, name, span } = symbol;
    if (kind === "table") return { kind: "table", name, span };
    const [definition] = model.symbols.definitionsOf(kind, name);
    return definition && subjectOf(definition.statement, span);
  }
  const statement = model.config.statements.findLast(({ span }) => span.file === file && touches(span, offset));
  if (!statement) return undefined;
  const { text } = model.sources.fileOf(statement.span);
  const end = statement.span.start + (/^\w+/.exec(text.slice(statement.span.start))?.[0].length ?? 0);
  return isWhole || offset <= end ? subjectOf(statement, { ...statement.span, end }) : undefined;
}

function subjectOf(statement: Statement, span: Span): MailSubject | undefined {
  switch (statement.kind) {
    case "match":
    case "listen":
    case "action":
    case "filter":
      return statement.broken ? undefined : { kind: "statement", statement, span };
    default:
      return undefined;
  }
}

/** A mail address in a document. */
export interface WrittenAddress {
  readonly address: string;
  readonly span: Span;
}

/** What ends an address that stands in a configuration or a table. */
const ends = /[\s"'{}()<>,=|;]/;

/** The mail address at a place; undefined where none stands, as in a comment, a pattern or the URL of a relay. */
export function addressAt({ model, file }: View, offset: number): WrittenAddress | undefined {
  const source = model.sources.files[file];
  if (!source || source.comments.some(({ start, end }) => start <= offset && offset <= end)) return undefined;
  const { text } = source;
  let start = offset;
  while (start > 0 && !ends.test(text.charAt(start - 1))) start--;
  let end = offset;
  while (end < text.length && !ends.test(text.charAt(end))) end++;
  const address = text.slice(start, end);
  if (!/^[^@:/*$\\[\]]+@[\w-]+(?:\.[\w-]+)*$/.test(address)) return undefined;
  return { address, span: { file, start, end } };
}
