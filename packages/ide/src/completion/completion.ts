import { findUse, isReserved, keywords, releases, type Span } from "@smtpdlint/grammar";
import { analyse, directiveVerbs, rankOf, rules } from "@smtpdlint/lint";
import { blindHost } from "@smtpdlint/model";
import { type CursorContext, readUpTo, reread, startOfWord } from "../cursor.ts";
import { useText } from "../describe.ts";
import type { View } from "../view.ts";
import type { Completion, CompletionOptions, Typing } from "./completion-item.ts";
import { isValue, namesFor, textsWanted } from "./names.ts";
import { snippetsFor } from "./snippets.ts";
import { valuesFor } from "./values.ts";

/** The characters after which a client may ask. */
export const completionTriggers: readonly string[] = ["<", "$", '"', "/", "%", "{", ":", " "];

/** What may stand at `offset`, by the grammar of the target and the names in the configuration. */
export function complete(view: View, offset: number, options: CompletionOptions): Completion[] {
  const { model, file } = view;
  const source = model.config.files[file];
  if (!source) return [];
  const comment = source.comments.find(({ start, end }) => start < offset && offset <= end);
  if (comment) return inComment(source.text.slice(comment.start, offset), { file, start: offset, end: offset });
  const reading = readUpTo(model, file, offset);
  if (options.isUnasked && !mustGoOn(reading, source.text, offset)) return [];
  const macros = macrosFor(reading, offset);
  if (macros) return macros;
  const typing = typingAt(view, reading, offset, options);
  if (!typing) return [];
  const items = [...namesFor(typing), ...valuesFor(typing, options.list)];
  if (typing.quote) return items;
  return [...items, ...wordsFor(typing), ...macroValues(typing), ...statementsFor(typing, options.snippets)];
}

/** True behind the last word of a line that smtpd would refuse if it ended there. */
function mustGoOn({ tokens, expected, openQuote }: CursorContext, text: string, offset: number): boolean {
  const isLast = /^[ \t]*(?:[\r\n]|$)/.test(text.slice(offset, offset + mostBlanks));
  return isLast && tokens.length > 0 && openQuote === undefined && !expected.some(({ token }) => token === "Newline");
}

/** So many are read on to the end of a line. */
const mostBlanks = 1000;

/** What is being typed; undefined right after a text in quotes, and in a word that goes on from the line above. */
function typingAt(
  view: View,
  reading: CursorContext,
  offset: number,
  { replaces, isUnasked = false }: CompletionOptions,
): Typing | undefined {
  const { model, file } = view;
  const text = model.sources.files[file]?.text ?? "";
  const last = reading.tokens.at(-1);
  if (!last || last.span.end !== offset || !isWord(last.token.tokenType.name)) {
    const span = { file, start: offset, end: offset };
    const nothing = { start: offset, typed: "", quote: "", span, whole: span, closing: "" };
    return { view, before: reading, ...nothing, isUnasked, replaces };
  }
  const { token, span } = last;
  if (token.quote && reading.openQuote !== span.start) return undefined;
  if (text.slice(span.start, offset).includes("\n")) return undefined;
  const before = reread(reading, span.start, model.target);
  const start = token.quote ? span.start + 1 : span.start;
  const rest = text.slice(offset, text.indexOf("\n", offset) === -1 ? undefined : text.indexOf("\n", offset));
  const more = (token.quote ? /^[^\s'"]*/ : /^[^\s(){}<>!=#,'"]*/).exec(rest)?.[0] ?? "";
  const isClosed = token.quote !== "" && rest.startsWith(token.quote, more.length);
  const end = offset + (token.quote && !isClosed ? 0 : more.length);
  return {
    view,
    before,
    start: span.start,
    typed: text.slice(start, offset),
    quote: token.quote,
    span: { file, start, end },
    whole: { file, start, end: isClosed && replaces ? end + 1 : end },
    closing: isClosed && !replaces ? "" : token.quote,
    isUnasked,
    replaces,
  };
}

const isWord = (name: string) => name === "Text" || name === "Number" || keywords.has(name);

/** Rules that say which words a statement cannot have together. */
const judges = rules.filter(({ meta }) => meta.judgesCombinations);

/** The keywords that may stand here. */
function wordsFor(typing: Typing): Completion[] {
  const { before, view } = typing;
  const items = new Map<string, Completion>();
  for (const { token, rule } of before.expected) {
    if (!keywords.has(token) || items.has(token) || isRefused(typing, token)) continue;
    const use = findUse(rule, token);
    const rank = rankOf(token, before.tokens[0]?.token.image ?? "");
    const item = { label: token, kind: "keyword", span: typing.span, text: token, filter: token, rank } as const;
    items.set(token, { ...item, detail: use?.syntax, documentation: use && (() => useText(use)) });
  }
  return [...items.values()].filter(({ label }) => isReserved(label, view.model.target));
}

/** A longer statement is not read again for each word that may follow. */
const mostJudged = 5000;

/** True if smtpd would refuse the word for what the statement has already. */
function isRefused({ before, view }: Typing, word: string): boolean {
  const { text, macros, tokens } = before;
  if (tokens.length === 0 || text.length > mostJudged) return false;
  const options = { target: view.model.target, macros, rules: judges };
  const { diagnostics } = analyse("", `${text} ${word} x`, blindHost, options);
  return diagnostics.some(({ span }) => span.start > text.length);
}

const begun = (words: string, typed: string): string[] =>
  typed.length < 2 ? [] : words.split(" ").filter((word) => word.startsWith(typed));

/** Whole statements, and after the first word of one what follows it. */
function statementsFor({ before, span, typed, view }: Typing, snippets: CompletionOptions["snippets"]): Completion[] {
  const [first, second] = before.tokens;
  if (second) return [];
  const start = first ? `${first.token.image} ` : "";
  return snippetsFor(snippets, view.model.target)
    .filter(({ label, body }) => label.startsWith(start) && body.startsWith(start))
    .map(({ label, help, body, words }) => ({
      label,
      kind: "snippet",
      span,
      text: body.slice(start.length),
      // With a space, a client would not ask for the words that follow the first one.
      // And no word that nobody has begun: in a long text, clients find nearly everything.
      filter: [...label.slice(start.length).split(" "), ...begun(words, typed)].join("-"),
      detail: help,
      rank: 4,
    }));
}

/** The macros, if a `$` and perhaps a part of a name stands before the place where a token can start. */
function macrosFor(reading: CursorContext, offset: number): Completion[] | undefined {
  const { text, file, openQuote } = reading;
  const dollar = text.lastIndexOf("$");
  if (dollar === -1 || openQuote !== undefined || !/^\w*$/.test(text.slice(dollar + 1))) return undefined;
  if (dollar > 0 && !/[\s{}<>,=!]/.test(text[dollar - 1] as string)) return undefined;
  const span = { file, start: reading.start + dollar, end: offset };
  return macroItems(reading).map(({ text, value }) => {
    return { label: text, kind: "macro", span, text, filter: text, detail: value, rank: 0 };
  });
}

/** The macros where a value may stand, for those who have not begun with the `$`. */
function macroValues({ before, span, typed }: Typing): Completion[] {
  const isWanted = before.expected.some(({ token }) => token === "Number") || textsWanted(before).some(isValue);
  if (!isWanted || before.tokens.length === 0 || !/^\w*$/.test(typed)) return [];
  return macroItems(before).map(({ name, text, value }) => {
    return { label: text, kind: "macro", span, text, filter: name, detail: value, rank: 3 };
  });
}

const macroItems = ({ macros }: CursorContext) =>
  [...macros].flatMap(([name, value]) => (/^[A-Za-z0-9_]+$/.test(name) ? { name, text: `$${name}`, value } : []));

/** What smtpdlint reads in comments: directives, and the ids of rules in them. */
function inComment(typed: string, at: Span): Completion[] {
  const [, word] = /^#+[ \t]*(smtpdlint[\w-]*|smt\w*)$/.exec(typed) ?? [];
  const item = (label: string, kind: "keyword" | "rule", length: number, detail?: string): Completion => {
    return { label, kind, span: { ...at, start: at.start - length }, text: label, filter: label, detail, rank: 0 };
  };
  if (word !== undefined) {
    const directives = [...directiveVerbs.map((verb) => `smtpdlint-${verb}`), "smtpdlint target="];
    return directives.map((label) => item(label, "keyword", word.length));
  }
  const [, target] = /^#+[ \t]*smtpdlint[ \t]+target=([\d.]*)$/.exec(typed) ?? [];
  if (target !== undefined) return releases.toReversed().map((label) => item(label, "keyword", target.length));
  if (!/^#+[ \t]*smtpdlint-[\w-]+[ \t]/.test(typed) || typed.includes("--")) return [];
  const length = typed.length - startOfWord(typed, typed.length);
  return rules.map(({ meta }) => item(meta.id, "rule", length, meta.summary));
}
