import { newestRelease, parseRelease, type Release } from "@smtpdlint/grammar";
import {
  assumptionText,
  describeDiff,
  flowOfMessage,
  folded,
  mailFlowOf,
  ofChange,
  type Paper,
  readMessage,
  readPolicy,
  readPolicyTests,
  summaryOf,
  svgText,
  TraceWriter,
  testFor,
  withTestSettings,
} from "@smtpdlint/lint";
import { conjunction, makeVisible, memoryHost } from "@smtpdlint/model";
import {
  diffPolicies,
  environmentBelow,
  type Policy,
  Smtpd,
  scenarioOf,
  textAt,
  traceMessage,
} from "@smtpdlint/policy";
import type {
  DiffAnswer,
  DiffParams,
  Files,
  GraphAnswer,
  GraphParams,
  MessageParams,
  Problem,
  TraceAnswer,
  WitnessesAnswer,
} from "./requests.ts";

/** The configuration, and the file of tests that says what its machine is like. */
const main = "/etc/mail/smtpd.conf";
const testsFile = "/etc/mail/smtpd.test";

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
export const engine = { trace, witnesses, diff, graph };
export type Engine = typeof engine;

function load(files: Files): { readonly smtpd: Smtpd } | Problem {
  const found = read(files);
  return "problem" in found ? found : { smtpd: smtpdOf(found.policy, files, [found.policy]) };
}

function read({ files, target }: Files): { readonly policy: Policy } | Problem {
  const found = readPolicy({
    path: main,
    text: files[main] ?? "",
    // Where a file has no tab nobody has looked: the mail host may have it.
    host: memoryHost(files, undefined, "not-looked-for"),
    target: target === undefined ? undefined : (parseRelease(target) as Release | undefined),
    defaultTarget: newestRelease,
    macros: new Map(),
  });
  return "policy" in found ? found : { problem: found.refusal };
}

/** The machine that the files describe, and the settings of the tests. */
function smtpdOf(policy: Policy, { files }: Files, policies: readonly Policy[]): Smtpd {
  const text = (path: string) => (Object.hasOwn(files, path) ? files[path] : undefined);
  const machine = environmentBelow({
    text,
    entry: (path) => {
      const found = text(path);
      return found === undefined ? undefined : { kind: "file", text: found, mode: 0o644, uid: 0 };
    },
  });
  const tests = text(testsFile);
  const settings = tests === undefined ? undefined : readPolicyTests(tests).settings;
  const now = Math.floor(Date.now() / 1000);
  return new Smtpd(policy, { ...withTestSettings(machine, policies, policy.model.target, settings), now });
}

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
