import { parseRelease, type Release, releases, type SourceFile, type Span } from "@smtpdlint/grammar";
import { alternatives, nearest, quote } from "@smtpdlint/model";
import type { Slip } from "../edits.ts";

/** What a comment tells smtpdlint; `span` is the comment. */
export type Directive =
  | { readonly kind: Verb; readonly span: Span; readonly ids: readonly RuleName[] }
  | { readonly kind: "target"; readonly span: Span; readonly release: Release }
  | { readonly kind: "malformed"; readonly span: Span; readonly message: string; readonly slip?: Slip };

export type Verb = (typeof directiveVerbs)[number];

/** A rule as a comment names it; there need not be one of this id. */
export interface RuleName {
  readonly id: string;
  readonly span: Span;
}

/** What can follow `smtpdlint-` in a comment. */
export const directiveVerbs = ["disable-next-line", "disable-line", "disable", "enable"] as const;

/** The directives among the comments of a configuration file. */
export function directivesIn({ text, comments }: SourceFile): Directive[] {
  return comments.flatMap((span) => readDirective(text.slice(span.start, span.end), span) ?? []);
}

/** The directives of a table's file, in which only whole lines are comments. */
export function directivesInTable({ id, text }: SourceFile): Directive[] {
  const directives: Directive[] = [];
  for (let at = text.indexOf(mark); at !== -1; ) {
    const start = text.lastIndexOf("\n", at) + 1;
    const newline = text.indexOf("\n", at);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(start, end);
    const hash = line.search(/\S/);
    if (line[hash] === "#") {
      const span = { file: id, start: start + hash, end: start + line.trimEnd().length };
      directives.push(...(readDirective(text.slice(span.start, span.end), span) ?? []));
    }
    at = text.indexOf(mark, end);
  }
  return directives;
}

const mark = "smtpdlint";
const opening = new RegExp(String.raw`^#+[ \t]*${mark}(?:-([\w-]+)|[ \t:]+(target|(?:disable|enable)[\w-]*)\b)`);

/** A comment that only mentions smtpdlint is no directive. */
function readDirective(text: string, span: Span): [Directive] | undefined {
  const [head, word, setting] = opening.exec(text) ?? [];
  if (head === undefined) return undefined;
  if (setting === "target") return readTarget(text.slice(head.length), span);
  if (setting) {
    const wrong = head.slice(head.indexOf(mark));
    const slip = { wrong, meant: `${mark}-${setting}` };
    return [{ kind: "malformed", span, message: `there is no ${quote(wrong)}`, slip }];
  }

  const kind = directiveVerbs.find((verb) => verb === word);
  if (kind) return readIds(text, head.length, kind, span);
  const meant = nearest(word as string, directiveVerbs) ?? directiveVerbs.find((verb) => word?.startsWith(verb));
  if (!meant) return undefined;
  const slip = { wrong: `${mark}-${word}`, meant: `${mark}-${meant}` };
  return [{ kind: "malformed", span, message: `there is no ${quote(slip.wrong)}`, slip }];
}

function readTarget(rest: string, span: Span): [Directive] {
  const name = /^[ \t]*=[ \t]*(\S+)/.exec(rest)?.[1];
  const release = name === undefined ? undefined : parseRelease(name);
  if (release) return [{ kind: "target", span, release }];
  const known = alternatives(releases);
  const message =
    name === undefined ? `write ${mark} target=RELEASE` : `unknown release ${quote(name)}: known are ${known}`;
  return [{ kind: "malformed", span, message }];
}

/** `ID[, ID] [-- reason]` */
function readIds(text: string, from: number, kind: Verb, span: Span): [Directive] {
  const reason = text.slice(from).search(/(?<=\s)--(?=\s|$)/);
  const list = text.slice(from, reason === -1 ? undefined : from + reason);
  const ids: RuleName[] = [];
  let at = from;
  for (const part of list.split(",")) {
    const id = part.trim();
    if (id === "")
      return [
        { kind: "malformed", span, message: `name the rules to ${kind.split("-")[0]}, with commas between them` },
      ];
    if (/\s/.test(id))
      return [{ kind: "malformed", span, message: "put commas between rules, and -- before a reason" }];
    const start = span.start + at + part.indexOf(id);
    ids.push({ id, span: { file: span.file, start, end: start + id.length } });
    at += part.length + 1;
  }
  return [{ kind, span, ids }];
}
