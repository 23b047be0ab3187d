import { readTests, type TestCase, type TestCondition } from "@smtpdlint/grammar";
import { type Block, NetworkTrie, parseNetwork, quote } from "@smtpdlint/model";
import {
  type Box,
  type ChoiceSet,
  type Dimension,
  type Expectation,
  has,
  listenersOf,
  type MessageDifference,
  mismatches,
  portsOf,
  type Sides,
} from "@smtpdlint/policy";
import { expectationOf } from "../policy-tests/expectations.ts";
import { describeSyntaxProblem, type TestProblem } from "../policy-tests/problem.ts";

/** Messages that may be treated differently from before, if they are treated so. */
export interface ExpectedDifference {
  readonly conditions: readonly TestCondition[];
  readonly outcome: Expectation;
}

/** What a condition can be of many messages. */
const known = ["from", "to", "port", "listener", "tag", "auth"];

/** Reads the differences that are expected, each as a line of a file of tests; with problems, none counts. */
export function readExpected(text: string): { expected: ExpectedDifference[]; problems: TestProblem[] } {
  const { file, problems: syntax } = readTests(text);
  const problems: TestProblem[] = syntax.map(describeSyntaxProblem);
  const cases = file.groups.flatMap((group) => group.cases);
  const expected = cases.flatMap((line) => readLine(line, problems) ?? []);
  return { expected, problems: problems.sort((one, other) => one.span.start - other.span.start) };
}

function readLine({ conditions, outcome, arrow }: TestCase, problems: TestProblem[]): ExpectedDifference | undefined {
  for (const { keyword, span, values } of conditions) {
    if (!known.includes(keyword.word)) {
      problems.push({ span, message: `${quote(keyword.word)} does not go with many messages: ${known.join(", ")} do` });
    }
    for (const { text, span: at } of values?.values ?? []) {
      if (keyword.word === "from" && !words.includes(text) && !parseNetwork(text)) {
        problems.push({ span: at, message: `'from' needs a network, ${words.join(", ")}, not ${quote(text)}` });
      }
    }
  }
  if (!outcome || outcome.quantifier) {
    problems.push({
      span: outcome?.quantifier?.span ?? arrow,
      message: "write what becomes of the messages now, such as relay",
    });
    return undefined;
  }
  const named = outcome.terms.find(({ verdict, values }) => verdict.word === "local" && values.length > 0);
  if (named) problems.push({ span: named.span, message: "of many messages no user can be named: write local" });
  return { conditions, outcome: expectationOf(outcome, problems) };
}

const words = ["any", "outside", "local", "socket"];

/** True if all messages of a difference are among those that are expected, and are treated as expected. */
export function isExpected({ group, witness }: MessageDifference, lines: readonly ExpectedDifference[], sides: Sides) {
  if (witness?.new.kind !== "traced") return false;
  const { actuals } = witness.new;
  const fitting = lines.filter(({ outcome }) => {
    const { unmet, more } = mismatches(outcome, actuals, (rule) => sides.current.smtpd.numberOf(rule));
    return unmet.length === 0 && more.length === 0;
  });
  return group.boxes.every((box) =>
    fitting.some(({ conditions }) => conditions.every((condition) => isWithin(box, condition, sides))),
  );
}

/** True if each message of a box meets a condition. */
function isWithin(box: Box, { keyword, values }: TestCondition, sides: Sides): boolean {
  const texts = (values?.values ?? []).map(({ text }) => text);
  const { sets } = box;
  switch (keyword.word) {
    case "from":
      return texts.includes("any") || isFrom(box, texts, sides);
    case "to":
      return isTo(box, texts, sides);
    case "auth":
      return every(sets, "user", sides.logins.choices.all.length, (number) =>
        texts.includes(sides.logins.choices.all[number]?.text ?? ""),
      );
    default:
      return every(sets, "way", sides.ways.length, (number) => {
        const point = sides.ways[number]?.new;
        const points = listenersOf(sides.current.smtpd.policy);
        if (!point || point.reach === "socket") return false;
        if (keyword.word === "tag") return texts.some((text) => text.toLowerCase() === point.tag);
        if (keyword.word === "listener") return texts.includes(String(points.indexOf(point) + 1));
        return (point.listener ? portsOf(point.listener) : []).every((port) => texts.includes(String(port)));
      });
  }
}

/** True if all choices that a set has fulfil something; the others that nobody names do not. */
function every(
  sets: Box["sets"],
  dimension: Dimension,
  count: number | undefined,
  holds: (number: number) => boolean,
): boolean {
  const set = sets[dimension];
  if (!set || set.isOthers) {
    // The ways in and the addresses are all named.
    if (dimension !== "way" && dimension !== "source") return false;
    return Array.from({ length: count ?? 0 }, (_, number) => number).every(
      (number) => (set !== undefined && !has(set, number)) || holds(number),
    );
  }
  return [...set.numbers].every(holds);
}

function isFrom({ sets }: Box, texts: readonly string[], sides: Sides): boolean {
  const { sources } = sides;
  const isLocal = texts.includes("local") || texts.includes("socket");
  const blocks = texts.flatMap((text) => (words.includes(text) ? [] : (parseNetwork(text) as Block)));
  const named = { 4: new NetworkTrie<true>(), 6: new NetworkTrie<true>() };
  for (const block of blocks) named[block.bytes.length === 4 ? 4 : 6].add(block, true);
  const isSocket = every(sets, "way", sides.ways.length, (number) => sides.ways[number]?.new?.reach === "socket");
  if (isSocket) return isLocal;
  const hasSocket = sides.ways.some((way, number) => isIn(sets.way, number) && way.new?.reach === "socket");
  if (hasSocket && !isLocal) return false;
  return every(sets, "source", sources.count, (number) => {
    // What an alias has produced comes from nowhere else.
    if (number < 2) return true;
    if (texts.includes("outside") && sources.isOutside(number)) return true;
    const parts = sources.networks([number]).map((network) => parseNetwork(network) as Block);
    return parts.every((part) => NetworkTrie.cover([part.bytes.length === 4 ? named[4] : named[6]], part));
  });
}

const isIn = (set: ChoiceSet | undefined, number: number) => !set || has(set, number);

function isTo({ sets }: Box, texts: readonly string[], { domains, recipients }: Sides): boolean {
  if (texts.includes("any")) return true;
  const { domain, recipient } = sets;
  if (texts.includes("any-other-domain")) {
    // Every machine has this name, whether the configuration names it or not.
    const isNamed = ({ name }: { readonly name: string }) => name !== "localhost";
    const all = domains.choices.all.entries();
    return domain?.isOthers === true && [...all].every(([number, one]) => !isNamed(one) || domain.numbers.has(number));
  }
  if (!domain || domain.isOthers) return false;
  const hosts = [...domain.numbers].map((number) => domains.choices.all[number]?.name ?? "");
  if (hosts.every((host) => texts.includes(`@${host}`))) return true;
  if (!recipient || recipient.isOthers) return false;
  const users = [...recipient.numbers].map((number) => recipients.choices.all[number]?.name ?? "");
  return hosts.every((host) => users.every((user) => texts.includes(`${user}@${host}`) || texts.includes(`@${host}`)));
}
