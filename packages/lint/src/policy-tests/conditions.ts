import type { TestCondition } from "@smtpdlint/grammar";
import { parseNetwork, quote } from "@smtpdlint/model";
import type { MessageDescription } from "@smtpdlint/policy";
import { misspelt, type TestProblem } from "./problem.ts";
import { quoted } from "./quoted.ts";

/** More cases of one line are a slip. */
export const mostOfLine = 1000;

/** Finds what is wrong with the conditions of a line; `quantifier` is `never` or `always` if it is about many messages. */
export function checkConditions(
  conditions: readonly TestCondition[],
  quantifier: string | undefined,
  problems: TestProblem[],
): void {
  const seen = new Set<string>();
  const has = (word: string) => conditions.find(({ keyword }) => keyword.word === word);
  for (const condition of conditions) {
    const { keyword, values, span } = condition;
    const { word } = keyword;
    if (seen.has(word)) problems.push({ span, message: `${quote(word)} is given twice: give a list in braces` });
    seen.add(word);
    if (quantifier !== undefined && !conditionsOfClaims.includes(word)) {
      const message = `${quote(word)} does not go with ${quote(quantifier)}, which holds for all senders and names`;
      problems.push({ span, message });
      continue;
    }
    for (const value of values?.values ?? []) {
      const message = wrongValue(word, value.text, quantifier !== undefined);
      if (message === undefined) continue;
      const wrong = { span: value.span, message };
      problems.push(misspelt({ ...wrong, text: value.text, words: fixedWords[word] ?? [] }) ?? wrong);
    }
  }
  if (!has("to")) {
    const last = conditions.at(-1) as TestCondition;
    problems.push({ span: last.span, message: "a case needs a recipient: add 'to ADDRESS'" });
  }
  for (const [one, other] of contradictions) {
    const [first, second] = [has(one), has(other)];
    if (first && second) problems.push({ span: second.span, message: `${quote(other)} contradicts ${quote(one)}` });
  }
}

const conditionsOfClaims: readonly string[] = ["from", "to", "port", "tag", "listener"];

const contradictions: readonly (readonly [string, string])[] = [
  ["tls", "no-tls"],
  ["bounce", "mail-from"],
  ["bounce", "from"],
  ["bounce", "auth"],
  ["bounce", "port"],
  ["bounce", "listener"],
  ["bounce", "tag"],
];

const confirmations = ["pass", "fail", "error"];

/** What is wrong with a value; undefined if nothing is. */
function wrongValue(word: string, text: string, isClaim: boolean): string | undefined {
  switch (word) {
    case "from":
      if (text === "any" || text.includes("/")) return wrongSet(text, isClaim);
      if (isClaim && ["local", "socket"].includes(text)) {
        return `'never' and 'always' are about mail from outside, not ${quote(text)}`;
      }
      if (/^[\d.:a-f]+$/i.test(text) || fromWords.includes(text)) return undefined;
      return `'from' needs an address, outside, local or socket, not ${quote(text)}`;
    case "to":
      if (text === "any" || text === otherDomains) return wrongSet(text, isClaim);
      return isAddress(text) || /^[^@\s<>]+$/.test(text) ? undefined : `${quote(text)} is not an address`;
    case "mail-from":
      return text === "<>" || isAddress(text) ? undefined : `${quote(text)} is not an address; the null sender is <>`;
    case "fcrdns":
      if (confirmations.includes(text)) return undefined;
      return `'fcrdns' is pass, fail or error, not ${quote(text)}`;
    case "listener":
      if (/^[1-9]\d{0,5}$/.test(text)) return undefined;
      return `'listener' needs the number of a listener, from 1, not ${quote(text)}`;
    default:
      return undefined;
  }
}

/** What is wrong with a value that stands for many addresses. */
function wrongSet(text: string, isClaim: boolean): string | undefined {
  if (!isClaim) return `${quote(text)} means many: write 'never' or 'always' after the arrow`;
  return text.includes("/") && !parseNetwork(text) ? `${quote(text)} is not a network` : undefined;
}

const fromWords = ["outside", "local", "socket"];

/** The words that some conditions take for a value. */
const fixedWords: Readonly<Record<string, readonly string[]>> = { from: fromWords, fcrdns: confirmations };

/** What stands for all domains that the configuration does not name. */
export const otherDomains = "any-other-domain";

/** True for an address of mail; brackets may stand around it. */
export const isAddress = (text: string) => /^<?[^@\s<>]+@[^\s<>]+>?$|^<?"[^"]*"@[^\s<>]+>?$/.test(text);

/** All combinations of one value of each list; undefined if there are too many. */
export function combinations(conditions: readonly TestCondition[]): string[][] | undefined {
  let all: string[][] = [[]];
  for (const { values } of conditions) {
    const texts = values ? [...new Set(values.values.map(({ text }) => text))] : [""];
    if (all.length * texts.length > mostOfLine) return undefined;
    all = all.flatMap((one) => texts.map((text) => [...one, text]));
  }
  return all;
}

/** The message that the conditions describe with these values, and the conditions as words. */
export function messageOf(conditions: readonly TestCondition[], values: readonly string[]) {
  const given = new Map(conditions.map(({ keyword }, index) => [keyword.word, values[index] ?? ""]));
  const from = given.get("from");
  const listener = given.get("listener");
  const sender = given.get("mail-from");
  const message: MessageDescription = {
    to: [given.get("to") as string],
    from: sender === "<>" ? "" : sender,
    client: from === undefined || fromWords.includes(from) ? undefined : from,
    rdns: given.get("rdns"),
    fcrdns: given.get("fcrdns") as MessageDescription["fcrdns"],
    helo: given.get("helo"),
    port: given.get("port"),
    tag: given.get("tag"),
    listener: listener === undefined ? undefined : Number(listener),
    socket: from === "local" || from === "socket",
    tls: given.has("tls") ? true : given.has("no-tls") ? false : undefined,
    auth: given.get("auth"),
    bounce: given.has("bounce"),
  };
  const title = conditions
    .map(({ keyword, values: list }, index) => (list ? `${keyword.word} ${quoted(values[index] ?? "")}` : keyword.word))
    .join(" ");
  return { title, message };
}
