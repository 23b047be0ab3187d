import type { Span, TestSyntaxProblem } from "@smtpdlint/grammar";
import { alternatives, makeVisible, nearest, quote } from "@smtpdlint/model";
import type { Fix } from "../diagnostic.ts";
import { quoted } from "./quoted.ts";
import { byUseInTests, synonymAmong } from "./word-order.ts";

/** A mistake in a file of policy tests: none of its cases counts before it is mended. */
export interface TestProblem {
  readonly span: Span;
  /** Lower case, no full stop. */
  readonly message: string;
  readonly fixes?: readonly Fix[];
}

/** A word that is not known where it is written, and those that are. */
interface UnknownWord {
  readonly span: Span;
  /** What is wrong with it, without a hint. */
  readonly message: string;
  readonly text: string;
  readonly words: readonly string[];
}

/** The problem of an unknown word, with the one that is near in letters or in what it says; undefined if none is. */
export function misspelt({ span, message, text, words }: UnknownWord): TestProblem | undefined {
  const meant = synonymAmong(text, words) ?? nearest(text, words);
  if (meant === undefined) return undefined;
  const fix = { title: `change to ${quote(meant)}`, safe: false, edits: [{ span, text: quoted(meant) }] };
  return { span, message: `${message}; did you mean ${quote(meant)}?`, fixes: [fix] };
}

/** Says what is wrong with a line, and what may stand there. */
export function describeSyntaxProblem({ code, span, found, words, others }: TestSyntaxProblem): TestProblem {
  switch (code) {
    case "unclosed-quote":
      return { span, message: "this quote is not closed in its line" };
    case "unclosed-brace":
      return { span, message: "this '{' has no '}'" };
    case "setting-after-case":
      return { span, message: "settings must come before the first case" };
    case "unexpected": {
      const what = found === "" ? "unexpected end of the line" : `unexpected ${quote(makeVisible(found))}`;
      const slip = misspelt({ span, message: what, text: found, words });
      if (slip) return slip;
      if (/^[^@\s]+@[^@\s]+$/.test(found) && words.includes("to")) {
        const edits = [{ span: { ...span, end: span.start }, text: "to " }];
        const fixes = [{ title: "write 'to' before the recipient", safe: false, edits }];
        return { span, message: `${what}: write 'to' before the recipient`, fixes };
      }
      // The arrow first: what is most often missing.
      const expected = [...others, ...byUseInTests(words).map(quote)];
      const list = expected.length > 0 ? `: expected ${alternatives(expected)}` : "";
      return { span, message: `${what}${list}` };
    }
  }
}
