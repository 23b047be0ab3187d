import { dirname, join } from "node:path";
import { newestRelease, type Release } from "@smtpdlint/grammar";
import {
  analyse,
  type Diagnostic,
  type Fixed,
  fix,
  type ResolvedSettings,
  type Severity,
  settingsFileName,
  suppressAll,
  thresholds,
} from "@smtpdlint/lint";
import { count, makeVisible, type FileResult as ReadResult } from "@smtpdlint/model";
import type { Arguments } from "./args.ts";
import { defaultFile, findConfigurations, isDirectory, requireRoot } from "./find-files.ts";
import { describeInstalled, installedOpenSmtpd } from "./installed-release.ts";
import { exitCode, type Io } from "./io.ts";
import { ConfigLoader, placeOf } from "./load-config.ts";
import { describeFailure, encodingOf, NodeHost, readText, textOf } from "./node-host.ts";
import { NodeMachine } from "./node-machine.ts";
import { otherFile } from "./other-file.ts";
import { Progress } from "./progress.ts";
import { reporters } from "./reporters/index.ts";
import { prettySummary } from "./reporters/pretty.ts";
import type { FileResult, Report, Style } from "./reporters/reporter.ts";
import { jsonStatistics, prettyStatistics } from "./reporters/statistics.ts";
import { InputError } from "./usage-error.ts";
import { reportFixes, showDiff, writeChanges } from "./write-fixes.ts";
import { writeReports } from "./write-reports.ts";

/** From this size in bytes on, reading a file takes a while. */
const largeFile = 10e6;

/** Lints what the arguments name, mends it if they say so, and shows what was found; returns the exit code. */
export async function lintFiles(args: Arguments, style: Style, io: Io): Promise<number> {
  requireRoot(args.root);
  const config = new ConfigLoader(args);
  const machine = args.onHost ? new NodeMachine() : undefined;
  const stdin = args.paths.includes("-") ? await io.readStdin() : undefined;
  const results: FileResult[] = [];
  let failed = false;
  const paths = expandPaths(args, config);
  if (args.paths.length === 0) io.stderr(`smtpdlint: reading ${paths[0]}\n`);
  const installed = args.onHost ? installedOpenSmtpd() : undefined;
  if (args.onHost && args.target === undefined) io.stderr(`smtpdlint: ${describeInstalled(installed)}\n`);
  const progress = new Progress(io);
  const sharedFiles = new Map<string, ReadResult>();
  for (const [number, path] of paths.entries()) {
    if (paths.length > 1) progress.show(`${number} of ${paths.length} files`);
    const input = path === "-" ? textOf(args.stdinFilename, stdin as Buffer) : readText(path, "configuration");
    if ("failure" in input) {
      failed = true;
      progress.end();
      io.sawFile?.(path);
      io.stderr(`smtpdlint: ${makeVisible(input.path)}: ${describeFailure(input.failure)}\n`);
      continue;
    }
    const other = otherFile(input.path, input.text, args, config);
    if (other !== undefined) {
      failed = true;
      progress.end();
      io.sawFile?.(path);
      io.stderr(`smtpdlint: ${makeVisible(input.path)}: ${other}\n`);
      continue;
    }
    const { settings, reads } = config.settingsFor(input.path);
    for (const name of reads.length > 0 ? reads : [join(dirname(input.path), settingsFileName)]) io.sawFile?.(name);
    if (path !== "-") io.sawFile?.(path);
    const run = new Run(input.path, input.text, settings, args, machine, installed?.release, io, progress, sharedFiles);
    if (args.suppressAll) {
      const suppressed = await run.suppressAll(path === "-" ? encodingOf(stdin as Buffer) : undefined);
      results.push(suppressed.result);
      failed ||= !suppressed.written;
    } else if (!args.fix) results.push(run.lint());
    else if (args.fix.dryRun) results.push(run.showFixes());
    else if (path === "-") results.push(run.fixToStdout(encodingOf(stdin as Buffer)));
    else {
      const fixed = await run.fixInPlace();
      results.push(fixed.result);
      failed ||= !fixed.written;
    }
  }
  progress.end();

  if (results.length > 0) {
    const target = args.target ?? results[0]?.target ?? newestRelease;
    const shown = results.map((result) => ({
      ...result,
      diagnostics: result.diagnostics.filter((item) => isShown(item, args, result.failOn)),
    }));
    // A diff or a mended text has standard output for itself.
    const takesStdout = args.fix?.dryRun || ((args.fix || args.suppressAll) && stdin !== undefined);
    const show = takesStdout ? io.stderr : io.stdout;
    const report: Report = {
      target,
      version: io.version,
      results: shown,
      get pages() {
        return io.pages;
      },
    };
    const inFormat = args.statistics ? { pretty: prettyStatistics, json: jsonStatistics } : reporters;
    const written = writeReports(report, inFormat, args, style, { stdout: show, stderr: io.stderr });
    failed ||= !written;
    const files = args.outputs.flatMap(({ file }) => file ?? []);
    if (files.length === args.outputs.length && exitCodeFor(results, args) !== exitCode.clean) {
      io.stderr(
        `smtpdlint: ${prettySummary(report, { color: false, columns: 0 })}: see ${files.map(makeVisible).join(", ")}\n`,
      );
    }
  }
  return failed ? exitCode.usage : exitCodeFor(results, args);
}

/** The work on one configuration. */
class Run {
  private readonly root: string | undefined;
  private readonly host: NodeHost;

  constructor(
    private readonly path: string,
    private readonly text: string,
    private readonly settings: ResolvedSettings,
    private readonly args: Arguments,
    machine: NodeMachine | undefined,
    private readonly installed: Release | undefined,
    private readonly io: Io,
    progress: Progress,
    sharedFiles: Map<string, ReadResult>,
  ) {
    const place = placeOf(args, settings);
    this.root = place.root;
    this.host = new NodeHost({
      main: path,
      ...place,
      sharedFiles,
      machine,
      sawFile: (path, bytes) => {
        io.sawFile?.(path);
        if (bytes > largeFile) progress.announce(`reading ${makeVisible(path)}, ${Math.round(bytes / 1e6)} MB`);
      },
    });
  }

  lint(text = this.text): FileResult {
    return this.resultOf(analyse(this.path, text, this.host, this.options()));
  }

  showFixes(): FileResult {
    const fixed = this.fix();
    reportFixes(fixed, "would fix", this.io);
    for (const change of fixed.changes) showDiff(change, this.io);
    return this.resultOf(fixed.analysis);
  }

  fixToStdout(encoding: "utf8" | "latin1"): FileResult {
    const fixed = this.fix((path) => path === this.path);
    reportFixes(fixed, "fixed", this.io);
    this.io.stdout(Buffer.from(fixed.changes[0]?.after ?? this.text, encoding));
    return this.resultOf(fixed.analysis);
  }

  async fixInPlace(): Promise<{ result: FileResult; written: boolean }> {
    if (!this.host.mayWrite(this.path)) {
      this.io.stderr(
        `smtpdlint: ${makeVisible(this.path)}: not fixed: it lies outside ${makeVisible(this.root ?? "")}\n`,
      );
    }
    const fixed = this.fix();
    const written = await writeChanges(fixed.changes, "not fixed", this.io);
    if (written) reportFixes(fixed, "fixed", this.io);
    // What could not be written is as it was.
    const now = readText(this.path, "configuration");
    const result = written || "failure" in now ? this.resultOf(fixed.analysis) : this.lint(now.text);
    return { result, written };
  }

  /** Writes comments above what is found; with an encoding, the whole text goes to standard output. */
  async suppressAll(stdin: "utf8" | "latin1" | undefined): Promise<{ result: FileResult; written: boolean }> {
    const { changes, counts, analysis } = suppressAll(this.path, this.text, this.host, {
      ...this.options(),
      wants: (diagnostic) => isShown(diagnostic, this.args, this.failOn),
      mayEdit: (path) => (stdin ? path === this.path : this.host.mayWrite(path)),
    });
    if (stdin) this.io.stdout(Buffer.from(changes[0]?.after ?? this.text, stdin));
    const written = stdin !== undefined || (await writeChanges(changes, "not suppressed", this.io));
    if (!written) return { result: this.lint(), written };
    for (const [rule, number] of counts) {
      this.io.stderr(`${makeVisible(this.path)}: suppressed: ${count(number, "finding")} [${rule}]\n`);
    }
    return { result: this.resultOf(analysis), written };
  }

  private fix(mayEdit = (path: string) => this.host.mayWrite(path)): Fixed {
    return fix(this.path, this.text, this.host, {
      ...this.options(),
      unsafe: this.args.fix?.unsafe ?? false,
      wants: (diagnostic) => isShown(diagnostic, this.args, this.failOn),
      mayEdit,
    });
  }

  /** From which severity on findings make the run fail; undefined for errors and what is unsafe. */
  private get failOn(): Severity | undefined {
    return this.args.failOn ?? this.settings.failOn;
  }

  private options() {
    const { args, settings } = this;
    const defaultTarget = settings.target ?? this.installed;
    return {
      ...(args.target && { target: args.target }),
      ...(defaultTarget && { defaultTarget }),
      macros: args.macros,
      severities: { ...settings.rules, ...args.rules },
      commandOptions: sharedOptions(args),
    };
  }

  private resultOf({ model, diagnostics, omitted }: ReturnType<typeof analyse>): FileResult {
    const { path, failOn } = this;
    const { files } = model.sources;
    const { host } = this.settings;
    return { path, target: model.target, files, diagnostics, omitted, failOn, ...(host !== undefined && { host }) };
  }
}

/** What `trace` has to be given to see the machine and the release that this run sees. A macro may be a secret. */
function sharedOptions({ root, onHost, target, config }: Arguments): string[] {
  return [
    ...(root === undefined ? [] : ["--root", root]),
    ...(onHost ? ["--on-host"] : []),
    ...(target === undefined ? [] : ["--target", target]),
    ...(config === false ? ["--no-config"] : config === undefined ? [] : ["--config", config]),
  ];
}

/** Where configurations are looked for. */
type Places = Pick<Arguments, "paths" | "exclude" | "root">;

/** The files that the arguments name, those of folders among them; without any, that of this machine. */
export function expandPaths({ paths, exclude, root }: Places, config: ConfigLoader): string[] {
  if (paths.length === 0) {
    const found = defaultFile(root);
    return [found];
  }
  return paths.flatMap((path) => {
    if (path === "-" || !isDirectory(path)) return [path];
    const found = findConfigurations(path, exclude).filter((file) => !config.isExcluded(file));
    if (found.length === 0) throw new InputError(`${path}: no smtpd.conf or NAME.smtpd.conf in this folder or below`);
    return found;
  });
}

function isShown(diagnostic: Diagnostic, args: Arguments, failOn: Severity | undefined): boolean {
  const { severity } = diagnostic;
  if (args.quiet) return severity === "error" || isGrave(diagnostic, failOn);
  return args.hints || severity !== "hint" || failOn === "hint";
}

/** True for a finding with which the run fails. What is unsafe must not pass a gate, unless somebody says what may. */
function isGrave({ severity, category }: Diagnostic, failOn: Severity | undefined): boolean {
  if (failOn !== undefined) return thresholds.indexOf(severity) <= thresholds.indexOf(failOn);
  return severity === "error" || (category === "security" && severity === "warning");
}

function exitCodeFor(results: readonly FileResult[], args: Arguments): number {
  const { maxWarnings = Number.POSITIVE_INFINITY } = args;
  const found = results.flatMap(({ diagnostics }) => diagnostics);
  if (found.some(({ category }) => category === "internal")) return exitCode.internal;
  const warnings = found.filter(({ severity }) => severity === "warning").length;
  const fails =
    warnings > maxWarnings ||
    results.some(({ diagnostics, failOn }) => diagnostics.some((diagnostic) => isGrave(diagnostic, failOn)));
  return fails ? exitCode.findings : exitCode.clean;
}
