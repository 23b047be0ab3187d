import {
  assumptionText,
  describeDiff,
  flowOfMessage,
  folded,
  mailFlowOf,
  ofChange,
  type Paper,
  readMessage,
  readPolicyTests,
  runTests,
  starterTests,
  summaryOf,
  svgText,
  TraceWriter,
  testFor,
  withOutcomes,
} from "@smtpdlint/lint";
import { conjunction, makeVisible } from "@smtpdlint/model";
import { diffPolicies, type Smtpd, scenarioOf, textAt, traceMessage } from "@smtpdlint/policy";
import { load, main, read, smtpdOf, testsFile } from "./project.ts";
import type {
  DiffAnswer,
  DiffParams,
  Files,
  GraphAnswer,
  GraphParams,
  MessageParams,
  Problem,
  StarterAnswer,
  TraceAnswer,
  WitnessesAnswer,
} from "./requests.ts";

/** What becomes of a message. */
function trace({ message, columns, ...files }: MessageParams): TraceAnswer | Problem {
  const loaded = load(files);
  if ("problem" in loaded) return loaded;
  const asked = readMessage(message);
  if ("problem" in asked) return asked;
  const described = scenarioOf(loaded.smtpd, asked.message);
  if ("problem" in described) return { problem: `no listener accepts such a message: ${message}` };
  const writer = new TraceWriter(loaded.smtpd, paperOf(columns));
  return { lines: writer.whole(traceMessage(loaded.smtpd, described.scenario), described.scenario) };
}

/** For each match rule a message that takes it. */
function witnesses(files: Files): WitnessesAnswer | Problem {
  const loaded = load(files);
  if ("problem" in loaded) return loaded;
  const { smtpd } = loaded;
  const { model } = smtpd.policy;
  const text = files.files[main] ?? "";
  return {
    witnesses: smtpd.ruleset.flatMap((rule) => {
      const [message] = testFor(rule, smtpd)?.split(" =>") ?? [];
      const { file, start } = rule.match.span;
      const line = file === 0 ? text.slice(0, start).split("\n").length : 0;
      return message === undefined ? [] : [{ message, rule: textAt(rule.match.span, model), line }];
    }),
  };
}

/** Which mail the configuration treats differently from an older one. */
function diff({ old, ...files }: DiffParams): DiffAnswer | Problem {
  const [before, now] = [read({ ...files, files: { ...files.files, [main]: old } }), read(files)];
  if ("problem" in before) return { problem: `before: ${before.problem}` };
  if ("problem" in now) return { problem: `now: ${now.problem}` };
  // Both run on one machine, with the addresses that either listens on.
  const [oldSmtpd, smtpd] = [before, now].map(({ policy }) => smtpdOf(policy, files, [before.policy, now.policy])) as [
    Smtpd,
    Smtpd,
  ];
  const described = describeDiff(diffPolicies(oldSmtpd, smtpd));
  const { result, differences, unproved, assumptions } = described;
  const listeners = now.policy.model.listeners.length;
  return {
    result,
    summary: summaryOf({ ...described, rules: smtpd.ruleset.length, listeners }),
    differences: differences.map(({ title, kind, who, witness, when, old: was, new: is }) => ({
      title,
      kind: ofChange.titles[kind].toLowerCase(),
      isDangerous: kind === "new-relay",
      who: [...who, ...(when.length > 0 ? [`if ${conjunction(when.map(assumptionText))}`] : [])],
      witness,
      was,
      now: is,
    })),
    notes: [
      ...unproved.map((text) => ({ kind: "not proved" as const, text })),
      ...assumptions.map((text) => ({ kind: "assumed" as const, text })),
    ],
  };
}

/** Tests to begin with, as `smtpdlint init --tests` writes them. */
function starter(files: Files): StarterAnswer | Problem {
  const found = read(files);
  if ("problem" in found) return found;
  const smtpdFor = (tests?: string) =>
    smtpdOf(found.policy, tests === undefined ? files : { ...files, files: { ...files.files, [testsFile]: tests } }, [
      found.policy,
    ]);
  const text = starterTests("smtpd.conf", smtpdFor());
  // What they assume of programs counts.
  const results = runTests(readPolicyTests(text).tests, smtpdFor(text));
  return { text: withOutcomes(text, results, { allowsMaybe: true }).text };
}

/** The ways of mail, or that of one message, as a picture. */
function graph({ message, ...files }: GraphParams): GraphAnswer | Problem {
  const loaded = load(files);
  if ("problem" in loaded) return loaded;
  const { smtpd } = loaded;
  const flow = message === undefined ? folded(mailFlowOf(smtpd)) : flowOfMessage(message, smtpd);
  if ("problem" in flow) return flow;
  const title = message === undefined ? "mail flow of smtpd.conf" : `way of mail ${makeVisible(message)}`;
  return { svg: svgText(flow, title), gaps: flow.gaps };
}

/** What the worker is asked, by the last word of the request. */
export const engine = { trace, witnesses, diff, graph, starter };
export type Engine = typeof engine;

/** The escapes of a terminal, which the page turns into styles. */
const paperOf = (columns: number): Paper => ({
  columns: Math.max(columns, 30),
  paint: {
    bold: (text) => `\u001b[1m${text}\u001b[22m`,
    dim: (text) => `\u001b[2m${text}\u001b[22m`,
    red: (text) => `\u001b[31m${text}\u001b[39m`,
    green: (text) => `\u001b[32m${text}\u001b[39m`,
    magenta: (text) => `\u001b[35m${text}\u001b[39m`,
  },
  excerpt(line, start, _end, room) {
    const from = start < room / 2 ? 0 : start;
    const text = makeVisible(line.slice(from, from + room).replaceAll("\t", " "));
    return `${from > 0 ? "…" : ""}${text}${from + room < line.length ? "…" : ""}`;
  },
});
