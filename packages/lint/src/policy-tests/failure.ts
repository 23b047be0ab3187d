import { conjunction, makeVisible, quote } from "@smtpdlint/model";
import type { Assumption, ScenarioProblem, Unproved } from "@smtpdlint/policy";
import { assumptionText } from "../trace/words.ts";
import type { TestResult, Way } from "./run.ts";
import { conditionsText } from "./words.ts";

/** Why a test has not passed. */
export interface Failure {
  /** What was expected, as it stands there. */
  readonly expected: string | undefined;
  /** What becomes of the message instead, each with what decides it. */
  readonly got: readonly string[];
  /** What to do about an answer that is not certain, or why there is none. */
  readonly help: readonly string[];
  /** The way that shows it. */
  readonly way: Way | undefined;
}

/** The reasons for a result that is not `passed`; `text` is that of its file. */
export function failureOf(result: TestResult, text: string): Failure {
  const { test, ways, problem, complete } = result;
  const { outcome } = test.statement;
  const expected = outcome && text.slice(outcome.span.start, outcome.span.end).replace(/\s+/g, " ");
  if (problem) return { expected, got: [problemText(problem)], help: [], way: undefined };
  if (result.unproved.length > 0) {
    const reasons = result.unproved.map((reason) => unprovedText(reason, result));
    const help = result.unproved.flatMap(adviceAbout);
    return { expected, got: [`not proved: ${reasons.join("; ")}`], help: distinct(help), way: undefined };
  }
  const wrong = ways.filter(({ isExpected }) => !isExpected);
  const shown = wrong.length > 0 ? wrong : ways;
  const witness = test.claim && result.scenario ? `${conditionsText(result.scenario, result.smtpd)} => ` : "";
  const got = shown.map((way) => {
    // What is to be copied has no numbers of rules, which move.
    const what = `${witness}${outcome ? way.outcome.withRules : way.outcome.text}`;
    return way.when.length === 0 ? what : `${what}, if ${conjunction(way.when.map(assumptionText))}`;
  });
  const help = distinct(wrong.flatMap(({ when }) => when.map(adviceFor)));
  if (outcome === undefined) help.unshift("nothing is expected yet: say what, or run with --update");
  if (!complete) help.push("there are more ways in which this may go; they were not looked at");
  const isUncertain = ways.some(({ isExpected }) => isExpected) && wrong.length > 0;
  if (isUncertain) help.push("or expect it with 'maybe'");
  return { expected, got: shortened([...new Set(got)]), help, way: shown[0] };
}

/** Each once, and none of which another says all and more. */
const distinct = (help: readonly string[]): string[] =>
  [...new Set(help)].filter((text) => !help.some((other) => other !== text && other.startsWith(text)));

/** The first of several; more tell nobody more. */
const shortened = (texts: readonly string[]) =>
  texts.length <= mostWays ? texts : [...texts.slice(0, mostWays), `one of ${texts.length - mostWays} more`];

/** So many ways in which it may go are shown. */
const mostWays = 3;

/** What to do about a claim that is not proved. */
function adviceAbout(reason: Unproved): readonly string[] {
  switch (reason.kind) {
    case "filter":
      return reason.filter.phase ? [] : [programAdvice(reason.filter.name?.value ?? "")];
    case "unread":
      return [includeAdvice];
    case "private listener":
      return ["name who can reach it with 'from NETWORK', or the listeners that matter with 'listener N'"];
    case "no witness":
      return reason.assumptions.map(adviceFor);
    case "forwarding":
    case "too many":
      return [];
  }
}

function unprovedText(reason: Unproved, { smtpd, test }: TestResult): string {
  switch (reason.kind) {
    case "too many":
      return "the conditions make more sets of messages than were looked at";
    case "private listener": {
      const address = makeVisible(reason.point.listener?.interface?.value ?? "");
      return `rule ${smtpd.numberOf(reason.rule)} accepts what comes to ${address}, which a router may open to the outside`;
    }
    case "unread":
      return "a part of the configuration was not read, and may have rules";
    case "filter":
      return `the filter ${makeVisible(reason.filter.name?.value ?? "")} may change the message`;
    case "forwarding":
      return `rule ${smtpd.numberOf(reason.rule)} delivers here, and aliases or .forward files may lead elsewhere`;
    case "no witness": {
      const fate = test.claim?.forbidden === "relay" ? "relayed" : "accepted";
      return `rule ${smtpd.numberOf(reason.rule)} may match such messages, though none that was tried is surely ${fate}`;
    }
  }
}

function problemText(problem: ScenarioProblem): string {
  switch (problem.kind) {
    case "no address":
      return `${quote(makeVisible(problem.client))} is not an address`;
    case "no such listener":
      return `there is no listener number ${problem.number}, but ${problem.listeners}`;
    case "no listener":
      return `there is no listener ${makeVisible(problem.wanted)}`;
  }
}

/** What makes an assumption certain. */
function adviceFor({ question: { topic, about, table } }: Assumption): string {
  switch (topic) {
    case "user":
      return table === undefined ? "name the users with 'users { … }'" : rootAdvice(table);
    case "forward file":
    case "include file":
      return "name the users with 'users { … }', or give their homes with 'root DIR'";
    case "filter":
      return programAdvice(about);
    case "condition":
      if (table === "<localnames>") return "say the name of the machine with 'hostname NAME'";
      return table === "<localhost>" ? "say the addresses of the machine with 'addresses { … }'" : rootAdvice(table);
    case "table entry":
    case "sender":
      return rootAdvice(table);
    case "unread configuration":
      return includeAdvice;
    case "password":
    case "time":
    case "smarthost":
      return "it cannot be known before";
  }
}

const includeAdvice = "give the included file with 'root DIR'";

const programAdvice = (name: string) => `say what the program answers: 'assume filter ${makeVisible(name)} proceed'`;

const rootAdvice = (table: string | undefined) =>
  `give the contents of ${table === undefined ? "the table" : makeVisible(table)}, with 'root DIR' if it is a file`;
