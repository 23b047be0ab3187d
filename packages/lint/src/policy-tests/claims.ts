import type { ExpectedOutcome, TestCase, TestCondition } from "@smtpdlint/grammar";
import { type Block, parseNetwork } from "@smtpdlint/model";
import type { Forbidden, MessageSet } from "@smtpdlint/policy";
import { otherDomains } from "./conditions.ts";
import type { TestProblem } from "./problem.ts";

/** `never relay`, `never accept` and, the same as that, `always reject`. */
export interface Claim {
  readonly forbidden: Forbidden;
  readonly sources: MessageSet["sources"];
  readonly recipients: MessageSet["recipients"];
}

/** `never` or `always`, if a line is about all messages that its conditions allow. */
export function quantifierOf({ outcome }: TestCase): "never" | "always" | undefined {
  const word = outcome?.quantifier?.word;
  return word === "never" || word === "always" ? word : undefined;
}

/** What a line forbids to all of its messages. */
export function forbiddenBy({ outcome }: TestCase, problems: TestProblem[]): Forbidden | undefined {
  const { quantifier, exactly, terms, span } = outcome as ExpectedOutcome;
  const [term, more] = terms;
  const isPlain = term && !more && !exactly && !term.not && term.values.length === 0 && term.modifiers.length === 0;
  const claim = isPlain ? `${quantifier?.word} ${term.verdict.word}` : "";
  if (claim === "never relay") return "relay";
  if (claim === "never accept" || claim === "always reject") return "accept";
  problems.push({ span, message: "of many messages 'never relay', 'never accept' or 'always reject' can be said" });
  return undefined;
}

/** The claim that a line makes with one value of each of its lists. */
export function claimOf(conditions: readonly TestCondition[], values: readonly string[], forbidden: Forbidden): Claim {
  const given = new Map(conditions.map(({ keyword }, index) => [keyword.word, values[index] ?? ""]));
  const from = given.get("from");
  const to = given.get("to") as string;
  const sources =
    from === undefined || from === "outside"
      ? undefined
      : (from === "any" ? ["0.0.0.0/0", "::/0"] : [from]).map((text) => parseNetwork(text) as Block);
  const recipients =
    to === "any" ? "any" : to === otherDomains ? "other" : { addresses: [to.replace(/^<(.*)>$/, "$1")] };
  return { forbidden, sources, recipients };
}
