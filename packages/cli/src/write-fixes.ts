import { type FileChange, type Fixed, makeVisible } from "@smtpdlint/analysis";
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";
import type { Io } from "./io.ts";
import { writeChange } from "./write-file.ts";

/** Says on standard error what was fixed, or would be. */
export function reportFixes({ applied }: Fixed, verb: "fixed" | "would fix", io: Io): void {
  for (const { path, line, rule, title } of applied) {
    io.stderr(`${makeVisible(path)}:${line}: ${verb}: ${makeVisible(title)} [${rule}]\n`);
  }
}

/** Writes the changed files; false if one of them could not be. */
export async function writeFixes({ changes }: Fixed, io: Io): Promise<boolean> {
  let written = true;
  for (const change of changes) {
    const reason = await writeChange(change);
    if (reason === undefined) continue;
    written = false;
    io.stderr(`smtpdlint: ${makeVisible(change.path)}: not fixed: ${makeVisible(reason)}\n`);
  }
  return written;
}

/** Milliseconds after which a diff of two very different texts is given up. */
const DIFF_TIME = 10_000;

/** Writes a unified diff that `patch -p0` understands. */
export function showDiff({ path, before, after }: FileChange, { stdout, stdoutIsTerminal }: Io): void {
  const options = { headerOptions: FILE_HEADERS_ONLY, timeout: DIFF_TIME };
  // No name may add lines to the diff.
  const name = makeVisible(path);
  const diff =
    createTwoFilesPatch(name, name, before, after, undefined, undefined, options) ??
    `${name} changes too much for a diff\n`;
  stdout(stdoutIsTerminal ? diff.split("\n").map(makeVisible).join("\n") : diff);
}
