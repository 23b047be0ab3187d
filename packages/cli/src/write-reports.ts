import { makeVisible } from "@smtpdlint/model";
import type { Arguments } from "./args.ts";
import type { Io } from "./io.ts";
import type { Style } from "./reporters/reporter.ts";
import { UsageError } from "./usage-error.ts";
import { reasonOf, writeReportFile } from "./write-file.ts";

/** Writes a report in one format; what goes to a file has no colours and no width. */
export type Reporters<R> = Readonly<Record<string, (report: R, style: Style) => string>>;

/** Writes a report in all formats that were asked for; false if a file cannot be written, which is said. */
export function writeReports<R>(
  report: R,
  reporters: Reporters<R>,
  { outputs }: Pick<Arguments, "outputs">,
  style: Style,
  { stdout, stderr }: { readonly stdout: (text: string) => void; readonly stderr: Io["stderr"] },
): boolean {
  let isWritten = true;
  for (const { format, file } of outputs) {
    const reporter = reporters[format];
    if (!reporter) throw new UsageError(`the formats here are ${Object.keys(reporters).join(", ")}, not ${format}`);
    if (file === undefined) stdout(reporter(report, style));
    else isWritten = writeTo(file, reporter(report, { color: false, columns: 0 }), stderr) && isWritten;
  }
  return isWritten;
}

/** False if it cannot be written; that is said. */
export function writeTo(file: string, text: string, stderr: Io["stderr"]): boolean {
  try {
    writeReportFile(file, text);
    return true;
  } catch (error) {
    stderr(`smtpdlint: ${makeVisible(file)}: ${makeVisible(reasonOf(error))}\n`);
    return false;
  }
}
