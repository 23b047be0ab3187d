import { messagesOf, type Paper, TraceWriter } from "@smtpdlint/lint";
import { conjunction, makeVisible, wrap } from "@smtpdlint/model";
import type { Alternative, Alternatives, MatchRule, Scenario, Smtpd, Trace } from "@smtpdlint/policy";
import { Chalk } from "chalk";
import { excerpt } from "../reporters/excerpt.ts";
import { harmless } from "../reporters/harmless.ts";
import type { Style } from "../reporters/reporter.ts";

/** A terminal, or a file. */
const paperOf = ({ color, columns }: Style): Paper => ({
  paint: new Chalk({ level: color ? 1 : 0 }),
  columns: columns > 0 ? Math.max(columns, 40) : 120,
  excerpt: (...parameters) => excerpt(...parameters).text,
});

/** All that may become of a message. */
export function traceText(ways: Alternatives<Trace>, scenario: Scenario, smtpd: Smtpd, style: Style): string {
  const lines = new TraceWriter(smtpd, paperOf(style)).whole(ways, scenario);
  return `${harmless(lines.map((line) => line.trimEnd()).join("\n"))}\n`;
}

/** How the answer becomes certain, where nobody has looked at the machine; empty if nothing of it was assumed. */
export function adviceText({ alternatives }: Alternatives<Trace>, style: Style): string {
  const questions = (alternatives[0]?.when[0] ?? []).map(({ question }) => question);
  const tables = questions.flatMap(({ table }) => (table === undefined ? [] : [makeVisible(table)]));
  const needsUsers = questions.some(({ topic, table }) => topic === "forward file" || (topic === "user" && !table));
  const assumed = [...new Set(tables), ...(needsUsers ? ["the users"] : [])];
  if (assumed.length === 0) return "";
  const { paint, columns } = paperOf(style);
  const advice = `with --root DIR, a copy of the mail host's files, or --on-host, nothing is assumed of ${conjunction(assumed)}`;
  const [first, ...rest] = wrap(advice, columns - 6);
  return ["", `${paint.bold("help")}  ${first}`, ...rest.map((line) => `      ${line}`), ""].join("\n");
}

/** The session of one way that things may go, command by command, as lines. */
export const wayText = (trace: Trace, scenario: Scenario, smtpd: Smtpd, style: Style): readonly string[] =>
  new TraceWriter(smtpd, paperOf(style)).way(trace, scenario).map((line) => line.trimEnd());

/** One match rule, and what each of its conditions says of the recipients. */
export function whyText(number: number, { alternatives }: Alternatives<Trace>, smtpd: Smtpd, style: Style): string {
  const writer = new TraceWriter(smtpd, paperOf(style));
  const rule = smtpd.ruleset[number - 1] as MatchRule;
  const [ordinary] = alternatives as [Alternative<Trace>];
  const messages = ordinary.result.exchanges.flatMap(({ expansion }) => (expansion ? messagesOf(expansion) : []));
  if (messages.length === 0) return "smtpd does not look for a rule: it has refused the message before.\n";
  const lines = messages.flatMap((message) => ["", ...writer.rule(rule, number, message, "whole")]);
  return `${harmless(lines.slice(1).join("\n"))}\n`;
}
