import { unknownText, verdictText } from "@smtpdlint/lint";
import { makeVisible } from "@smtpdlint/model";
import {
  type Alternatives,
  Assumptions,
  connectionOf,
  type Policy,
  type Scenario,
  type ScenarioProblem,
  Smtpd,
  scenarioOf,
  type Trace,
  traceMessage,
  verdictOf,
} from "@smtpdlint/policy";
import type { Arguments } from "../args.ts";
import { exitCode, type Io } from "../io.ts";
import { loadPolicy } from "../load-policy.ts";
import { decode, describeFailure, readText } from "../node-host.ts";
import type { Style } from "../reporters/reporter.ts";
import { toJson } from "../reporters/to-json.ts";
import { InputError, UsageError } from "../usage-error.ts";
import { type Reporters, writeReports } from "../write-reports.ts";
import { answerLine } from "./batch.ts";
import { machineOf } from "./machine.ts";
import { adviceText, traceText, whyText } from "./pretty.ts";
import { traceJson } from "./to-json.ts";

/** Says what becomes of a message; returns the exit code. */
export async function trace(args: Arguments, style: Style, io: Io): Promise<number> {
  const { batch } = args.trace;
  if (batch !== undefined) return answerBatch(batch, io);
  const loaded = await loadPolicy(args, io);
  if (!loaded) return exitCode.usage;
  const { policy, root, host } = loaded;
  const { users, assumed, message } = args.trace;
  const machine = machineOf({
    root,
    host,
    target: policy.model.target,
    users,
    assumed,
    now: Math.floor(Date.now() / 1000),
    isStranger: message.client === undefined,
  });
  const smtpd = new Smtpd(policy, machine);
  rejectUnknownFilters(assumed, policy);
  if (args.trace.smtp) return talk(smtpd, args, io);
  const described = scenarioOf(smtpd, args.trace.message, await readMessage(args, io));
  if ("problem" in described) throw new UsageError(problemText(described.problem));
  const { scenario } = described;
  const ways = traceMessage(smtpd, scenario);
  const isMachineKnown = root !== undefined || host !== undefined;
  const isWritten = writeReports({ ways, scenario, args, smtpd, isMachineKnown }, reporters, args, style, io);
  return isWritten ? exitFor(ways, args, io) : exitCode.usage;
}

/** An answer of a filter that the configuration does not have would change nothing. */
function rejectUnknownFilters(assumed: readonly string[], { model }: Policy): void {
  const names = model.config.statements.flatMap((one) => (one.kind === "filter" && one.name ? [one.name.value] : []));
  const [unknown] = assumed.map((text) => text.replace(/=.*/s, "")).filter((name) => !names.includes(name));
  if (unknown === undefined) return;
  const known = names.length === 0 ? "there is none" : `the filters are ${names.join(", ")}`;
  throw new UsageError(`--assume ${unknown}: there is no such filter; ${known}`);
}

function problemText(problem: ScenarioProblem): string {
  switch (problem.kind) {
    case "no address":
      return `--client needs an address, or local for the socket, not ${problem.client}`;
    case "no such listener": {
      const { number, listeners } = problem;
      return `--listener ${number}: there ${listeners === 1 ? "is 1 listener" : `are ${listeners} listeners`}`;
    }
    case "no listener":
      return `there is no listener ${problem.wanted}`;
  }
}

interface TraceReport {
  readonly ways: Alternatives<Trace>;
  readonly scenario: Scenario;
  readonly args: Arguments;
  readonly smtpd: Smtpd;
  /** True if its files were read. */
  readonly isMachineKnown: boolean;
}

const reporters: Reporters<TraceReport> = {
  pretty: ({ ways, scenario, args, smtpd, isMachineKnown }, style) => {
    const { why } = args.trace;
    if (why === undefined)
      return `${traceText(ways, scenario, smtpd, style)}${isMachineKnown ? "" : adviceText(ways, style)}`;
    const many = smtpd.ruleset.length;
    if (why < 1 || why > many) throw new UsageError(`--why ${why}: the rules are numbered from 1 to ${many}`);
    return whyText(why, ways, smtpd, style);
  },
  json: ({ ways, scenario, smtpd }) => toJson(traceJson(ways, scenario, smtpd)),
};

/** With `--expect` the run fails if something else may become of a recipient. */
function exitFor({ alternatives, complete }: Alternatives<Trace>, args: Arguments, io: Io): number {
  const { expected } = args.trace;
  if (expected === undefined) return exitCode.clean;
  const texts = new Set(
    alternatives.flatMap(({ result }) =>
      result.recipients.map((recipient) => (result.isDead ? "smtpd crashes" : verdictText(verdictOf(recipient)))),
    ),
  );
  const wrong = [...texts].filter((text) => !text.toLowerCase().includes(expected.toLowerCase()));
  if (wrong.length === 0 && complete) return exitCode.clean;
  const what = wrong.length === 0 ? "not all ways were looked at" : wrong.join(", or ");
  io.stderr(`smtpdlint: expected "${makeVisible(expected)}", but: ${what}\n`);
  return exitCode.findings;
}

async function readMessage({ trace: { messageFile }, paths }: Arguments, io: Io): Promise<string | undefined> {
  if (messageFile === undefined) return undefined;
  if (messageFile === "-") {
    if (paths[1] === "-") throw new UsageError("standard input is the configuration, and cannot be the message too");
    return decode(await io.readStdin()).replace(/\r\n/g, "\n");
  }
  const input = readText(messageFile, "table");
  if ("failure" in input) throw new InputError(`${messageFile}: ${describeFailure(input.failure)}`);
  return input.text.replace(/\r\n/g, "\n");
}

/** Answers the lines of a client that stand in standard input, as `exim -bh` does. */
async function talk(smtpd: Smtpd, args: Arguments, io: Io): Promise<number> {
  if (args.paths[1] === "-")
    throw new UsageError("standard input is the dialogue, and cannot be the configuration too");
  const connection = connectionOf(smtpd, args.trace.message);
  if ("problem" in connection) throw new UsageError(problemText(connection.problem));
  const assumptions = new Assumptions();
  const session = smtpd.connect(connection, assumptions);
  const print = () => {
    const { reply } = session.exchanges.at(-1) ?? { reply: "closed" };
    io.stdout(reply === "closed" ? "" : `${reply.map(makeVisible).join("\n")}\n`);
  };
  print();
  const body: string[] = [];
  for (const line of decode(await io.readStdin()).split(/\r?\n/)) {
    if (session.isOpen || session.exchanges.at(-1)?.reply === "closed") break;
    if (session.wantsMessage) {
      if (line !== ".") {
        body.push(line.replace(/^\./, ""));
        continue;
      }
      session.send(body.splice(0).join("\n"));
    } else if (line === "") continue;
    else session.say(line);
    print();
  }
  if (assumptions.end) io.stdout(`(not known: ${unknownText(assumptions.end)})\n`);
  return exitCode.clean;
}

/** Answers the lines of a file of questions, one line each. */
async function answerBatch(path: string, io: Io): Promise<number> {
  const input = path === "-" ? { text: decode(await io.readStdin()) } : readText(path, "table");
  if ("failure" in input) throw new InputError(`${path}: ${describeFailure(input.failure)}`);
  for (const line of input.text.split("\n")) if (line.trim() !== "") io.stdout(`${answerLine(line)}\n`);
  return exitCode.clean;
}
