import { existsSync } from "node:fs";
import { coverageOf, runTests, withOutcomes } from "@smtpdlint/lint";
import { count, makeVisible } from "@smtpdlint/model";
import type { Smtpd } from "@smtpdlint/policy";
import type { Arguments } from "../args.ts";
import { onDisk } from "../file-name.ts";
import { findTests, isDirectory } from "../find-files.ts";
import { exitCode, type Io } from "../io.ts";
import { ConfigLoader } from "../load-config.ts";
import type { Style } from "../reporters/reporter.ts";
import { InputError, UsageError } from "../usage-error.ts";
import { writeChange } from "../write-file.ts";
import { writeReports, writeTo } from "../write-reports.ts";
import { lcov } from "./lcov.ts";
import { isPassed, percentage, type TestedFile, type TestReport } from "./report.ts";
import { testReporters } from "./reporters.ts";
import { isJson, loadTestFile, type TestFile, type UnusableFile } from "./test-file.ts";

/** Runs policy tests, and shows what has come of them; returns the exit code. */
export async function testPolicy(args: Arguments, style: Style, io: Io): Promise<number> {
  const { run, update, coverage, minCoverage, lcovFile } = args.test;
  const config = new ConfigLoader(args);
  const paths = findAll(args, config);
  const loaded = paths.map((path) => loadTestFile(path, args, config, io));
  const usable = loaded.filter((file): file is TestFile => "machines" in file);
  const unusable = loaded.filter((file): file is UnusableFile => "problems" in file);
  const files = usable.map(({ path, text, tests, machines }): TestedFile => {
    const chosen =
      run === undefined ? tests : tests.filter(({ title, group }) => `${group ?? ""}\n${title}`.includes(run));
    return { path, text, results: machines.flatMap((smtpd) => runTests(chosen, smtpd)) };
  });
  if (run !== undefined && files.every(({ results }) => results.length === 0) && unusable.length === 0) {
    throw new InputError(`--run ${run}: no test has this in its line or in the name of its group`);
  }
  if (update) {
    const json = paths.find(isJson);
    if (json !== undefined) throw new UsageError(`--update does not write JSON: ${json}`);
    return updateFiles(files, unusable, style, io);
  }
  const machines: Smtpd[] = usable.flatMap((file) => file.machines);
  const results = files.flatMap((file) => file.results);
  const wantsCoverage = coverage || minCoverage !== undefined || lcovFile !== undefined;
  const report: TestReport = { files, unusable, coverage: wantsCoverage ? coverageOf(machines, results) : undefined };
  let isWritten = writeReports(report, testReporters, args, style, io);
  if (lcovFile !== undefined) isWritten = writeTo(lcovFile, lcov(report.coverage ?? []), io.stderr) && isWritten;
  if (!isWritten || unusable.length > 0) return exitCode.usage;
  const reached = percentage(report.coverage ?? []);
  if (minCoverage !== undefined && reached < minCoverage) {
    io.stderr(`smtpdlint: ${Math.floor(reached)} % of the statements are reached, less than ${minCoverage} %\n`);
    return exitCode.findings;
  }
  return results.every(isPassed) ? exitCode.clean : exitCode.findings;
}

/** The files that were named, and those below folders; without a name those below this folder. */
function findAll({ paths, exclude }: Arguments, config: ConfigLoader): string[] {
  const named = paths.slice(1);
  const wanted = named.length > 0 ? named : ["."];
  const found = wanted.flatMap((path) =>
    isDirectory(path) ? findTests(path, exclude).filter((file) => !config.isExcluded(file)) : [testsOf(path)],
  );
  if (found.length === 0) {
    throw new InputError(`no tests in ${wanted.join(", ")}: their names end in smtpd.test; ${howToBegin("FILE")}`);
  }
  return [...new Set(found)];
}

/** A file of tests; of a configuration, that beside it. */
function testsOf(path: string): string {
  if (path === "-") throw new UsageError("test reads files, not standard input");
  if (!path.endsWith(".conf")) return path;
  const tests = path.replace(/\.conf$/, ".test");
  if (!existsSync(onDisk(tests))) throw new InputError(`there are no tests of ${path}: ${howToBegin(path)}`);
  return tests;
}

const howToBegin = (path: string) => `'smtpdlint init --tests ${path}' writes some`;

/** Writes what happens now behind the arrows of lines that expect nothing. */
async function updateFiles(files: readonly TestedFile[], unusable: readonly UnusableFile[], style: Style, io: Io) {
  let failed = unusable.length > 0;
  if (failed) io.stdout(testReporters.pretty({ files: [], unusable, coverage: undefined }, style));
  for (const file of files) {
    const { text, left } = withOutcomes(file.text, file.results, { allowsMaybe: false });
    const name = makeVisible(file.path);
    if (text !== file.text) {
      const reason = await writeChange({ path: file.path, before: file.text, after: text });
      if (reason === undefined) io.stdout(`${name}: updated\n`);
      else {
        failed = true;
        io.stderr(`smtpdlint: ${name}: ${makeVisible(reason)}\n`);
      }
    }
    if (left > 0) {
      failed = true;
      io.stderr(
        `smtpdlint: ${name}: ${count(left, "line")} left: what becomes of the message differs, or is not certain\n`,
      );
    }
  }
  return failed ? exitCode.usage : exitCode.clean;
}
