import { testCursor } from "@smtpdlint/grammar";
import { placeOfTestWord, testText } from "@smtpdlint/lint";
import type { Completion, CompletionOptions } from "../completion/completion-item.ts";
import { valuesOf } from "./test-names.ts";
import { casesOf, type TestView } from "./test-view.ts";
import { testWords } from "./test-words.ts";

/** What may stand at `offset` in a file of policy tests, by its grammar and the names in the configuration. */
export function completeTests(view: TestView, offset: number, { list, isUnasked }: CompletionOptions): Completion[] {
  const { start, before, lead, words, arrow } = testCursor(view.text, offset);
  if (isUnasked && !mustGoOn(before, lead, view.text.slice(offset))) return [];
  const more = /^[^\s"#{},\\]*/.exec(view.text.slice(offset))?.[0].length ?? 0;
  const isQuoted = view.text[start] === '"' && start < offset;
  const closing = isQuoted && view.text[offset + more] === '"' ? 1 : 0;
  const span = { file: 0, start, end: offset + more + closing };
  const typed = view.text.slice(isQuoted ? start + 1 : start, offset);
  const item = (label: string, rank: number) => ({ label, span, rank });

  const values = lead === undefined ? [] : valuesOf(view, lead, { typed, before, list });
  const offered = values.map(({ text, detail, kind }): Completion => {
    const written = isQuoted ? `"${text.replace(/["\\]/g, "\\$&")}"` : testText(text);
    return { ...item(text, 0), kind: kind ?? "value", text: written, filter: isQuoted ? written : text, detail };
  });
  if (isQuoted) return offered;
  const isBehindCase = (casesOf(view)[0]?.span.start ?? Number.POSITIVE_INFINITY) < start;
  const fitting = words.filter((word) => fits(word, before, isBehindCase));
  return [
    ...offered,
    ...(arrow ? [{ ...item("=>", 1), kind: "keyword" as const, text: "=>", filter: "=>", detail: "then" }] : []),
    ...fitting.map((word): Completion => {
      const { syntax, help } = testWords[word] ?? {};
      return {
        ...item(word, rankOf(word)),
        kind: "keyword",
        text: word,
        filter: word,
        detail: syntax,
        documentation: help === undefined ? undefined : () => help,
      };
    }),
  ];
}

/** True behind the last word of a line that says too little yet. */
function mustGoOn(before: readonly string[], lead: string | undefined, rest: string): boolean {
  const isSetting = settings.includes(before[0] ?? "");
  const wantsMore = isSetting ? lead === before.at(-1) : !before.includes("=>") || before.at(-1) === "=>";
  return before.length > 0 && wantsMore && /^[ \t]*(?:[\r\n]|$)/.test(rest);
}

/** In the order of their use, below all values. */
const rankOf = (word: string) => 2 + placeOfTestWord(word) / 100;

const settings = ["config", "target", "root", "users", "hostname", "addresses", "assume", "define"];

/** Settings stand before the first test, conditions once in it, and of many messages little can be said. */
function fits(word: string, before: readonly string[], isBehindCase: boolean): boolean {
  if (before.length === 0) return !isBehindCase || !settings.includes(word);
  const arrow = before.indexOf("=>");
  if (arrow === -1) return !before.includes(word) || word === "filter";
  const quantifier = before[arrow + 1];
  if (quantifier === "never") return ["relay", "accept"].includes(word);
  return quantifier === "always" ? word === "reject" : true;
}
