import {
  dotText,
  flowOfMessage,
  folded,
  htmlText,
  type MailFlow,
  mailFlowOf,
  mermaidText,
  svgText,
} from "@smtpdlint/lint";
import { makeVisible } from "@smtpdlint/model";
import { Smtpd } from "@smtpdlint/policy";
import type { Arguments } from "../args.ts";
import { exitCode, type Io } from "../io.ts";
import { loadPolicy } from "../load-policy.ts";
import type { graphFormats } from "../options.ts";
import type { Style } from "../reporters/reporter.ts";
import { testMachine } from "../test/test-machine.ts";
import { UsageError } from "../usage-error.ts";
import { writeReports } from "../write-reports.ts";

/** Draws the ways of mail through a configuration; returns the exit code. */
export async function graph(args: Arguments, style: Style, io: Io): Promise<number> {
  const loaded = await loadPolicy(args, io);
  if (!loaded) return exitCode.usage;
  const { policy, root } = loaded;
  const smtpd = new Smtpd(policy, testMachine(root, [policy], policy.model.target));
  const { message } = args.graph;
  const flow = message === undefined ? folded(mailFlowOf(smtpd)) : flowOfMessage(message, smtpd);
  if ("problem" in flow) throw new UsageError(`--for: ${flow.problem}`);
  for (const gap of flow.gaps) io.stderr(`smtpdlint: ${gap}\n`);
  const title = makeVisible(`mail flow of ${policy.model.sources.files[0]?.path ?? ""}`);
  return writeReports({ flow, title }, reporters, args, style, io) ? exitCode.clean : exitCode.usage;
}

const reporters: Record<(typeof graphFormats)[number], (drawing: { flow: MailFlow; title: string }) => string> = {
  mermaid: ({ flow }) => mermaidText(flow),
  dot: ({ flow }) => dotText(flow),
  svg: ({ flow, title }) => svgText(flow, title),
  html: ({ flow, title }) => htmlText(flow, title),
};
