import type { FileChange, Fixed } from "@smtpdlint/lint";
import { makeVisible } from "@smtpdlint/model";
import { createTwoFilesPatch, FILE_HEADERS_ONLY, formatPatch, type StructuredPatchHunk } from "diff";
import type { Io } from "./io.ts";
import { harmless } from "./reporters/harmless.ts";
import { writeChange } from "./write-file.ts";

/** Says on standard error what was fixed, or would be. */
export function reportFixes({ applied }: Fixed, verb: "fixed" | "would fix", io: Io): void {
  for (const { path, line, rule, title } of applied) {
    io.stderr(`${makeVisible(path)}:${line}: ${verb}: ${makeVisible(title)} [${rule}]\n`);
  }
}

/** Writes the changed files; false if one of them could not be, which is told as `failure`. */
export async function writeChanges(changes: readonly FileChange[], failure: string, io: Io): Promise<boolean> {
  let written = true;
  for (const change of changes) {
    const reason = await writeChange(change);
    if (reason === undefined) continue;
    written = false;
    io.stderr(`smtpdlint: ${makeVisible(change.path)}: ${failure}: ${makeVisible(reason)}\n`);
  }
  return written;
}

/** Milliseconds after which the shortest diff of two very different texts is given up. */
const DIFF_TIME = 500;

/** Writes a unified diff that `patch -p0` understands. */
export function showDiff({ path, before, after }: FileChange, { stdout, stdoutIsTerminal, env }: Io): void {
  const options = { headerOptions: FILE_HEADERS_ONLY, timeout: DIFF_TIME };
  // No name may add lines to the diff.
  const name = makeVisible(path);
  const diff =
    createTwoFilesPatch(name, name, before, after, undefined, undefined, options) ??
    formatPatch(
      {
        oldHeader: undefined,
        newHeader: undefined,
        oldFileName: name,
        newFileName: name,
        hunks: [wholeHunk(before, after)],
      },
      FILE_HEADERS_ONLY,
    );
  // A log of a CI system is read by people, and by a program that obeys it.
  const isLog = stdoutIsTerminal || [env.GITHUB_ACTIONS, env.TF_BUILD, env.GITLAB_CI].some(Boolean);
  stdout(
    isLog
      ? harmless(
          diff
            .split(/([\n\t])/)
            .map(visiblePart)
            .join(""),
        )
      : diff,
  );
}

/** Between tabs and ends of lines, which stay. */
const visiblePart = (text: string) => (text === "\n" || text === "\t" ? text : makeVisible(text));

/** All lines of the one in place of all lines of the other. */
function wholeHunk(before: string, after: string): StructuredPatchHunk {
  const [oldLines, newLines] = [before, after].map((text) => text.replace(/\n$/, "").split("\n"));
  const marked = (mark: string, text: string, lines: readonly string[] = []) => [
    ...lines.map((line) => mark + line),
    ...(text.endsWith("\n") ? [] : ["\\ No newline at end of file"]),
  ];
  return {
    oldStart: 1,
    oldLines: oldLines?.length ?? 0,
    newStart: 1,
    newLines: newLines?.length ?? 0,
    lines: [...marked("-", before, oldLines), ...marked("+", after, newLines)],
  };
}
