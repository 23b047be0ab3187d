import { formatText } from "@smtpdlint/format";
import { applyEdits } from "@smtpdlint/grammar";
import type { FileChange } from "@smtpdlint/lint";
import { makeVisible } from "@smtpdlint/model";
import type { Arguments } from "./args.ts";
import { exitCode, type Io } from "./io.ts";
import { expandPaths } from "./lint-files.ts";
import { ConfigLoader } from "./load-config.ts";
import { describeFailure, encodingOf, readText, textOf } from "./node-host.ts";
import { otherFile } from "./other-file.ts";
import { harmless } from "./reporters/harmless.ts";
import { writeChange } from "./write-file.ts";
import { showDiff } from "./write-fixes.ts";

/** `smtpdlint fmt`: formats each file by itself; returns the exit code. */
export async function formatFiles(args: Arguments, io: Io): Promise<number> {
  const paths = args.paths.slice(1);
  const stdin = paths.includes("-") ? await io.readStdin() : undefined;
  const writes = !args.check && !args.diff;
  let code: number = exitCode.clean;
  const fail = (path: string, reason: string) => {
    code = exitCode.usage;
    io.stderr(`smtpdlint: ${makeVisible(path)}: ${makeVisible(reason)}\n`);
  };

  const config = new ConfigLoader(args);
  for (const path of expandPaths({ ...args, paths }, config)) {
    const input = path === "-" ? textOf(args.stdinFilename, stdin as Buffer) : readText(path, "configuration");
    if ("failure" in input) {
      fail(input.path, describeFailure(input.failure));
      continue;
    }
    const other = otherFile(input.path, input.text, args, config);
    if (other !== undefined) {
      fail(input.path, other);
      continue;
    }
    const change = formatFile(input.path, input.text);
    const isChanged = change.after !== change.before;
    if (path === "-" && writes) io.stdout(Buffer.from(change.after, encodingOf(stdin as Buffer)));
    if (!isChanged) continue;
    if (args.diff) showDiff(change, io);
    else if (args.check) io.stdout(harmless(`${makeVisible(change.path)}\n`));
    if (args.check && code === exitCode.clean) code = exitCode.findings;
    if (path === "-" || !writes) continue;
    const reason = await writeChange(change);
    if (reason !== undefined) fail(path, `not formatted: ${reason}`);
  }
  return code;
}

function formatFile(path: string, before: string): FileChange {
  return { path, before, after: applyEdits(before, formatText(path, before)) };
}
