import { distinctSpans } from "@smtpdlint/grammar";
import { assumptionText, readMessage, runTests, type TestResult, testText } from "@smtpdlint/lint";
import { reachedBy, type Smtpd, textAt } from "@smtpdlint/policy";
import { traceLines } from "../policy-tests/test-trace.ts";
import type { MailAnswer, MailLine } from "./mail-answer.ts";

/** So many ways in which things may go are told. */
const mostWays = 3;

/**
 * What becomes of a message, which the words of a policy test describe: of one
 * whose origin they leave open, from outside and from this machine. An address
 * alone is the recipient.
 */
export function whereMailGoes(given: string, smtpd: Smtpd): MailAnswer[] | { readonly problem: string } {
  const words = /^[^\s@"]+@[^\s@"]+$/.test(given.trim()) ? `to ${testText(given.trim())}` : given;
  const isOpen = !/(?:^|\s)(?:from|auth|bounce|port|tag|listener)\s/.test(` ${words}`);
  const answers: MailAnswer[] = [];
  let problem: string | undefined;
  for (const message of isOpen ? [`from outside ${words}`, `from local ${words}`] : [words]) {
    const test = readMessage(message);
    if ("problem" in test) return test;
    const [result] = runTests([test], smtpd);
    if (result?.scenario) answers.push(answerOf(message, result));
    else problem ??= `no listener accepts such a message: ${message}`;
  }
  return answers.length > 0 ? answers : { problem: problem ?? "no listener accepts such a message" };
}

function answerOf(message: string, { scenario, smtpd, ways, complete }: TestResult): MailAnswer {
  const lines = ways.slice(0, mostWays).flatMap(({ outcome, when, trace }, index): MailLine[] => {
    const places = scenario ? reachedBy(scenario, trace).rules.map(({ match }) => match) : [];
    const actions = places.map((match) => smtpd.policy.model.symbols.actionOf(match));
    return [
      // What no test can expect is said in words.
      outcome.isExpectable
        ? { ...(index > 0 && { words: "or" }), code: outcome.withRules }
        : { words: `${index > 0 ? "or " : ""}${outcome.withRules}` },
      ...when.map((assumption) => ({ words: `if ${assumptionText(assumption)}`, isDetail: true })),
      ...distinctSpans([...places, ...actions].flatMap((one) => (one ? [one.span] : []))).map((span) => ({
        code: textAt(span, smtpd.policy.model),
        at: span,
        isDetail: true,
      })),
    ];
  });
  const [first] = ways;
  return {
    title: { words: "mail", code: message },
    gist: lines[0],
    lines: [
      ...lines,
      ...(ways.length > mostWays || !complete ? [{ words: "or something else, which depends on more" }] : []),
    ],
    block: first && scenario ? traceLines(first.trace, scenario, smtpd) : undefined,
  };
}
