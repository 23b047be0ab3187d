import { lineColumn, lineStarts } from "@smtpdlint/grammar";
import { type ExpectedDifference, readExpected } from "@smtpdlint/lint";
import { makeVisible } from "@smtpdlint/model";
import type { Arguments } from "../args.ts";
import type { Io } from "../io.ts";
import { describeFailure, readText } from "../node-host.ts";

/** The differences that are expected; undefined if their file is of no use, which is said. */
export function readAllowed(
  { difference: { allowFile } }: Arguments,
  io: Io,
): readonly ExpectedDifference[] | undefined {
  if (allowFile === undefined) return [];
  const input = readText(allowFile, "configuration");
  const path = makeVisible(allowFile);
  if ("failure" in input) {
    io.stderr(`smtpdlint: ${path}: ${describeFailure(input.failure)}\n`);
    return undefined;
  }
  const { expected, problems } = readExpected(input.text);
  const starts = lineStarts(input.text);
  for (const { span, message } of problems) {
    const { line, column } = lineColumn(starts, span.start);
    io.stderr(`smtpdlint: ${path}:${line}:${column}: ${makeVisible(message)}\n`);
  }
  return problems.length > 0 ? undefined : expected;
}
