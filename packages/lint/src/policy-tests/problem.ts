import type { Span, TestSyntaxProblem } from "@smtpdlint/grammar";
import { alternatives, makeVisible, nearest, quote } from "@smtpdlint/model";
import { byUseInTests, synonymAmong } from "./word-order.ts";

/** A mistake in a file of policy tests: none of its cases counts before it is mended. */
export interface TestProblem {
  readonly span: Span;
  /** Lower case, no full stop. */
  readonly message: string;
}

/** `; did you mean 'WORD'?`, or nothing if no word is near in letters or in what it says. */
export function didYouMean(text: string, words: readonly string[]): string {
  const meant = synonymAmong(text, words) ?? nearest(text, words);
  return meant === undefined ? "" : `; did you mean ${quote(meant)}?`;
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
      const hint = didYouMean(found, words);
      if (hint !== "") return { span, message: `${what}${hint}` };
      if (/^[^@\s]+@[^@\s]+$/.test(found) && words.includes("to"))
        return { span, message: `${what}: write 'to' before the recipient` };
      // The arrow first: what is most often missing.
      const expected = [...others, ...byUseInTests(words).map(quote)];
      const list = expected.length > 0 ? `: expected ${alternatives(expected)}` : "";
      return { span, message: `${what}${list}` };
    }
  }
}
