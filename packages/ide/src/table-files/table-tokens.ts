import type { Span } from "@smtpdlint/grammar";
import { type Member, type MemberKind, membersIn } from "@smtpdlint/policy";
import type { SemanticToken } from "../semantic-tokens.ts";
import { allMembers, commentsIn, entriesBetween, hasMembers, type TableView } from "./table-view.ts";

/** A longer file is coloured by its grammar alone, if the whole of it is asked for. */
const mostCharacters = 1_000_000;

const types: Readonly<Record<MemberKind, SemanticToken["type"]>> = {
  user: "variable",
  address: "string",
  file: "string",
  program: "function",
  include: "macro",
  error: "enumMember",
  maildir: "string",
};

/** The tokens of a file, or of a part of it, in order. */
export function tableTokens(view: TableView, range?: { start: number; end: number }): SemanticToken[] {
  const { text } = view.source;
  if (!range && text.length > mostCharacters) return [];
  const { start, end } = range ?? { start: 0, end: text.length };
  const tokens: SemanticToken[] = [];
  const add = (span: Span, type: SemanticToken["type"], modifiers: SemanticToken["modifiers"] = []) => {
    // A member may go on in the next line, and tokens may not.
    const isIn = span.start < end && start < span.end && span.start < span.end;
    if (isIn && !/[\r\n]/.test(text.slice(span.start, span.end))) tokens.push({ span, type, modifiers });
  };
  const addMember = (member: Member | undefined, span: Span) => {
    if (member) add(span, types[member.kind]);
  };
  for (const span of commentsIn(view)) add(span, "comment");
  if (view.kind === "members") for (const { member, span } of allMembers(view)) addMember(member, span);
  for (const entry of entriesBetween(view, start, end)) {
    add(entry.span, "variable", ["declaration"]);
    if (!entry.valueSpan) continue;
    if (!hasMembers(view)) add(entry.valueSpan, "string");
    else for (const { member, span } of membersIn(entry, view.model)) addMember(member, span);
  }
  return tokens.sort((a, b) => a.span.start - b.span.start);
}
