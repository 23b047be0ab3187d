import type { TestCase, TestFile } from "@smtpdlint/grammar";
import type { MessageDescription } from "@smtpdlint/policy";
import { type Claim, claimOf, forbiddenBy, quantifierOf } from "./claims.ts";
import { checkConditions, combinations, messageOf, mostOfLine } from "./conditions.ts";
import { expectationOf, type TestExpectation } from "./expectations.ts";
import type { TestProblem } from "./problem.ts";
import { readSettings, type TestSettings } from "./settings.ts";

/** One message, and what is to become of it. A line with lists makes several. */
export interface PolicyTest {
  /** The conditions as words, lists resolved. */
  readonly title: string;
  readonly group: string | undefined;
  readonly statement: TestCase;
  readonly message: MessageDescription;
  /** Undefined if nothing is expected yet, or something of many messages. */
  readonly expectation: TestExpectation | undefined;
  /** What holds for all messages that the conditions allow. */
  readonly claim: Claim | undefined;
}

/** What the words of a file mean, and what is wrong with them. */
export function readCases({ settings, groups }: TestFile): {
  readonly settings: TestSettings;
  readonly tests: readonly PolicyTest[];
  readonly problems: readonly TestProblem[];
} {
  const problems: TestProblem[] = [];
  const tests: PolicyTest[] = [];
  for (const { name, cases } of groups) {
    for (const statement of cases) {
      const before = problems.length;
      const quantifier = quantifierOf(statement);
      checkConditions(statement.conditions, quantifier, problems);
      const expectation = statement.outcome && expectationOf(statement.outcome, problems);
      const forbidden = quantifier ? forbiddenBy(statement, problems) : undefined;
      if (problems.length > before) continue;
      const choices = combinations(statement.conditions);
      if (!choices) {
        const message = `these lists make more than ${mostOfLine} cases: write several lines`;
        problems.push({ span: statement.span, message });
        continue;
      }
      for (const values of choices) {
        const { title, message } = messageOf(statement.conditions, values);
        const common = { title, group: name?.text, statement, message };
        if (!forbidden) tests.push({ ...common, expectation, claim: undefined });
        else tests.push({ ...common, expectation: undefined, claim: claimOf(statement.conditions, values, forbidden) });
      }
    }
  }
  return { settings: readSettings(settings, problems), tests, problems };
}

const isQuantified = ({ outcome }: TestCase) =>
  outcome?.quantifier?.word === "never" || outcome?.quantifier?.word === "always";

// ---- settings

function readSettings(list: readonly Setting[], problems: TestProblem[]): TestSettings {
  const seen = new Set<string>();
  const filters = new Map<string, { answer: FilterAnswer; name: TestValue }>();
  const macros = new Map<string, string>();
  const byKeyword = new Map<string, readonly TestValue[]>();
  for (const setting of list) {
    if (setting.kind === "define") macros.set(setting.name.text, setting.value.text);
    else if (setting.kind === "assume") {
      const { filter, answer, reply } = setting;
      if (filters.has(filter.text)) {
        problems.push({ span: setting.span, message: `two assumptions about the filter ${quote(filter.text)}` });
      }
      const refuses = answer.word === "reject" || answer.word === "disconnect";
      if (reply && (!refuses || !/^[45]\d\d /.test(reply.text))) {
        const message = refuses
          ? 'the reply of a filter begins with a code of three digits: "550 spam"'
          : `a filter that answers ${answer.word} has no reply`;
        problems.push({ span: reply.span, message });
      }
      const text = reply?.text ?? "550 refused by the filter";
      filters.set(filter.text, { answer: answerOf(answer.word, text), name: filter });
    } else {
      const { keyword, values } = setting;
      if (seen.has(keyword.word)) {
        problems.push({ span: setting.span, message: `${quote(keyword.word)} is set twice: give a list in braces` });
      }
      seen.add(keyword.word);
      byKeyword.set(keyword.word, values.values);
    }
  }
  const texts = (keyword: string) => byKeyword.get(keyword)?.map(({ text }) => text);
  const targets = (byKeyword.get("target") ?? []).flatMap(({ text, span }) => {
    const target = parseRelease(text);
    if (!target) problems.push({ span, message: `unknown release ${quote(text)}: known are ${releases.join(", ")}` });
    return target ?? [];
  });
  return {
    config: byKeyword.get("config")?.[0],
    root: byKeyword.get("root")?.[0],
    targets: [...new Set(targets)],
    users: texts("users"),
    hostName: texts("hostname")?.[0],
    addresses: texts("addresses"),
    filters,
    macros,
  };
}

function answerOf(word: (typeof filterAnswers)[number], text: string): FilterAnswer {
  return word === "proceed" || word === "junk" ? { kind: word } : { kind: word, text };
}

// ---- conditions

function checkConditions(statement: TestCase, problems: TestProblem[]): void {
  const { conditions } = statement;
  const isClaim = isQuantified(statement);
  const seen = new Set<string>();
  const has = (word: string) => conditions.find(({ keyword }) => keyword.word === word);
  for (const condition of conditions) {
    const { keyword, values, span } = condition;
    const { word } = keyword;
    if (seen.has(word)) problems.push({ span, message: `${quote(word)} stands twice: give a list in braces` });
    seen.add(word);
    if (isClaim && !conditionsOfClaims.includes(word)) {
      const message = `${quote(word)} does not go with ${quote(statement.outcome?.quantifier?.word ?? "")}, which holds for all senders and names`;
      problems.push({ span, message });
      continue;
    }
    for (const value of values?.values ?? []) {
      const wrong = wrongValue(condition, value.text, isClaim);
      if (wrong !== undefined) problems.push({ span: value.span, message: wrong });
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
function wrongValue({ keyword }: TestCondition, text: string, isClaim: boolean): string | undefined {
  const isMany = text === "any" || (keyword.word === "to" ? text === otherDomains : /\//.test(text));
  if (["from", "to"].includes(keyword.word) && isMany) {
    if (!isClaim) return `${quote(text)} stands for many: write 'never' or 'always' behind the arrow`;
    return text.includes("/") && !parseNetwork(text) ? `${quote(text)} is no network` : undefined;
  }
  if (isClaim && keyword.word === "from" && ["local", "socket"].includes(text)) {
    return `'never' and 'always' are about mail from outside, not ${quote(text)}`;
  }
  switch (keyword.word) {
    case "to":
      return isAddress(text) || /^[^@\s<>]+$/.test(text) ? undefined : `${quote(text)} is no address`;
    case "mail-from":
      return text === "<>" || isAddress(text) ? undefined : `${quote(text)} is no address; the null sender is <>`;
    case "fcrdns": {
      if (confirmations.includes(text)) return undefined;
      const meant = nearest(text, confirmations);
      return `'fcrdns' is pass, fail or error, not ${quote(text)}${meant ? `; did you mean ${quote(meant)}?` : ""}`;
    }
    case "listener":
      return /^[1-9]\d{0,5}$/.test(text)
        ? undefined
        : `'listener' needs the number of a listener, from 1, not ${quote(text)}`;
    case "from": {
      if (/^[\d.:a-f]+$/i.test(text) || fromWords.includes(text)) return undefined;
      const meant = nearest(text, fromWords);
      const hint = meant ? `; did you mean ${quote(meant)}?` : "";
      return `'from' needs an address, outside, local or socket, not ${quote(text)}${hint}`;
    }
    default:
      return undefined;
  }
}

const fromWords = ["outside", "local", "socket"];

/** What stands for all domains that the configuration does not name. */
const otherDomains = "any-other-domain";

/** Brackets may stand around it. */
const isAddress = (text: string) => /^<?[^@\s<>]+@[^\s<>]+>?$|^<?"[^"]*"@[^\s<>]+>?$/.test(text);

/** All combinations of one value of each list; undefined if there are too many. */
function combinations(conditions: readonly TestCondition[]): string[][] | undefined {
  let all: string[][] = [[]];
  for (const { values } of conditions) {
    const texts = values ? [...new Set(values.values.map(({ text }) => text))] : [""];
    if (all.length * texts.length > mostOfLine) return undefined;
    all = all.flatMap((one) => texts.map((text) => [...one, text]));
  }
  return all;
}

function messageOf(conditions: readonly TestCondition[], values: readonly string[]) {
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

/** A text as it is written, in quotes if need be. */
export const quoted = (text: string): string =>
  /^[^\s"#{},\\]+$/.test(text) ? text : `"${text.replace(/["\\]/g, "\\$&")}"`;

// ---- claims

/** What a line forbids to all of its messages. */
function forbiddenBy({ outcome }: TestCase, problems: TestProblem[]): Forbidden | undefined {
  const { quantifier, exactly, terms, span } = outcome as ExpectedOutcome;
  const [term, more] = terms;
  const isPlain = term && !more && !exactly && !term.not && term.values.length === 0 && term.modifiers.length === 0;
  const claim = isPlain ? `${quantifier?.word} ${term.verdict.word}` : "";
  if (claim === "never relay") return "relay";
  if (claim === "never accept" || claim === "always reject") return "accept";
  problems.push({ span, message: "of many messages 'never relay', 'never accept' or 'always reject' can be said" });
  return undefined;
}

function claimOf(conditions: readonly TestCondition[], values: readonly string[], forbidden: Forbidden): Claim {
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

// ---- outcomes

/** What the words behind an arrow mean. */
export function expectationOf({ quantifier, exactly, terms }: ExpectedOutcome, problems: TestProblem[]) {
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
    if (given.has(keyword.word)) problems.push({ span, message: `${quote(keyword.word)} stands twice` });
    given.set(keyword.word, value.text);
    if (keyword.word === "at" && !phases.some((phase) => phase === value.text)) {
      const meant = nearest(value.text, phases);
      const hint = meant ? `; did you mean ${quote(meant)}?` : "";
      problems.push({
        span: value.span,
        message: `'at' needs one of ${phases.join(", ")}, not ${quote(value.text)}${hint}`,
      });
    }
    if (keyword.word === "rule" && !/^[1-9]\d{0,6}$/.test(value.text)) {
      problems.push({
        span: value.span,
        message: `'rule' needs the number of a match rule, from 1, not ${quote(value.text)}`,
      });
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
    problems.push({ span: extra.span, message: `unexpected ${quote(extra.text)} behind the text of the reply` });
  return { code, text: text?.text };
}
