import { type ExpectedOutcome, type ExpectedTerm, phases, type TestValue } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import type { Expectation, Term } from "@smtpdlint/policy";
import { isAddress } from "./conditions.ts";
import { misspelt, type TestProblem } from "./problem.ts";

/** What a test expects; with `maybe` one of several ways is enough. */
export type TestExpectation = Expectation & { readonly maybe: boolean };

/** What an outcome means; problems are added to the list. */
export function expectationOf(
  { quantifier, exactly, terms }: ExpectedOutcome,
  problems: TestProblem[],
): TestExpectation {
  return {
    maybe: quantifier?.word === "maybe",
    exactly: exactly !== undefined,
    terms: terms.map((term) => termOf(term, problems)),
  };
}

function termOf({ not, verdict, values, modifiers }: ExpectedTerm, problems: TestProblem[]): Term {
  const given = new Map<string, string>();
  const refuses = verdict.word === "reject" || verdict.word === "tempfail";
  for (const { keyword, value, span } of modifiers) {
    if (given.has(keyword.word)) problems.push({ span, message: `${quote(keyword.word)} is given twice` });
    given.set(keyword.word, value.text);
    if (keyword.word === "at" && !phases.some((phase) => phase === value.text)) {
      const message = `'at' needs one of ${phases.join(", ")}, not ${quote(value.text)}`;
      const wrong = { span: value.span, message };
      problems.push(misspelt({ ...wrong, text: value.text, words: phases }) ?? wrong);
    }
    if (keyword.word === "rule" && !/^[1-9]\d{0,6}$/.test(value.text)) {
      const message = `'rule' needs the number of a match rule, from 1, not ${quote(value.text)}`;
      problems.push({ span: value.span, message });
    }
    if (keyword.word === "sender" && !["<>", "srs"].includes(value.text) && !isAddress(value.text)) {
      const message = `'sender' needs an address, <> or srs, not ${quote(value.text)}`;
      problems.push({ span: value.span, message });
    }
    const isOfRefusal = keyword.word === "at";
    const isOfDelivery = ["action", "sender", "recipient"].includes(keyword.word);
    if ((isOfRefusal && !refuses) || (isOfDelivery && refuses)) {
      problems.push({ span, message: `${quote(keyword.word)} says nothing about ${quote(verdict.word)}` });
    }
  }
  const { code, text } = refuses ? replyOf(verdict.word, values, problems) : { code: undefined, text: undefined };
  const rule = given.get("rule");
  const sender = given.get("sender");
  return {
    negated: not !== undefined,
    verdict: verdict.word,
    value: refuses ? undefined : values[0]?.text,
    code,
    text,
    at: given.get("at") as Term["at"],
    by: given.get("by"),
    rule: rule === undefined ? undefined : Number(rule),
    action: given.get("action"),
    sender: sender === "<>" ? "" : sender,
    recipient: given.get("recipient"),
  };
}

/** What stands behind `reject` or `tempfail`: a code, the rest of the code, a text of the reply; each may be left out. */
function replyOf(word: string, values: readonly TestValue[], problems: TestProblem[]) {
  const [first] = values;
  const isCode = first !== undefined && /^\d/.test(first.text);
  const isEnhanced = isCode && /^\d+\.\d/.test(values[1]?.text ?? "");
  const parts = values.slice(0, isEnhanced ? 2 : isCode ? 1 : 0);
  const [text, extra] = values.slice(parts.length);
  const digit = word === "reject" ? "5" : "4";
  const code = parts.length > 0 ? parts.map((part) => part.text).join(" ") : undefined;
  if (first && code !== undefined && !new RegExp(`^${digit}\\d\\d( \\d\\.\\d+\\.\\d+)?$`).test(code)) {
    const message = `${quote(word)} has a code of three digits that begins with ${digit}, not ${quote(code)}`;
    problems.push({ span: first.span, message });
  }
  if (extra)
    problems.push({ span: extra.span, message: `unexpected ${quote(extra.text)} after the text of the reply` });
  return { code, text: text?.text };
}
