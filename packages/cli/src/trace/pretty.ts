import { messagesOf, type Paper, TraceWriter } from "@smtpdlint/lint";
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
