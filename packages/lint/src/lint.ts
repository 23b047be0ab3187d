import { isAlive, newestRelease, parse, type Release, type SourceFile } from "@smtpdlint/grammar";
import { type Host, includeWithin, Model, type Sources } from "@smtpdlint/model";
import { memberFilesOf, Policy } from "@smtpdlint/policy";
import type { Diagnostic, Severity } from "./diagnostic.ts";
import { History } from "./history.ts";
import type { Rule, RuleMeta } from "./rule.ts";
import { RuleRun } from "./rule-run.ts";
import { rules as allRules } from "./rules/index.ts";
import { Suppressions, targetIn } from "./suppress/suppressions.ts";
import { type Cause, type CausedProblem, causesOf } from "./syntax-errors/cause.ts";
import { findForeign } from "./syntax-errors/foreign/find.ts";
import { visitAll } from "./visit-all.ts";

/** How a configuration is looked at. */
export interface LintOptions {
  /** The release that reads the file, whatever the file says. */
  readonly target?: Release;
  /** The release for a file that does not say it with `# smtpdlint target=6.8`; the newest by default. */
  readonly defaultTarget?: Release;
  /** Macros from outside, as by `smtpd -D name=value`. */
  readonly macros?: ReadonlyMap<string, string>;
  /** Severities by rule; what is not named has that of its category. */
  readonly severities?: Readonly<Record<string, Severity | "off">>;
  /** What an earlier text of the file has led to, with the same options: what an edit has not touched is not read again. */
  readonly previous?: Analysis | undefined;
  /** Options of the command line that a command in a help text repeats, to see what this run sees: `["--target", "6.8"]`. */
  readonly commandOptions?: readonly string[];
  /** In place of all rules. */
  readonly rules?: readonly Rule[];
  /** Called for a rule that throws; without it, the fault becomes a diagnostic. */
  readonly onFault?: (rule: string, error: unknown) => void;
}

/** What a configuration means, and what is wrong with it. */
export interface Analysis {
  readonly model: Model;
  readonly policy: Policy;
  /** In order of file and position. */
  readonly diagnostics: readonly Diagnostic[];
  /** How many findings of a rule were left out; of most there are none. */
  readonly omitted: readonly { readonly rule: string; readonly count: number }[];
}

/**
 * Reads a configuration with all that it includes, and looks for mistakes.
 * Never throws; keeps nothing between calls but what goes with the statements of `previous`.
 */
export function analyse(path: string, text: string, host: Host, options: LintOptions = {}): Analysis {
  return abridge(analyseWhole(path, text, host, options));
}

/** An analysis that looks for mistakes when somebody asks for them. */
export interface LazyAnalysis extends Analysis {
  /** True if all mistakes are found. */
  readonly isSearched: boolean;
  /** Looks for mistakes step by step as long as `goesOn` says so; true when all are found. */
  advance(goesOn: () => boolean): boolean;
  /** The findings of some rules, without looking for the others. */
  findingsOf(isWanted: (meta: RuleMeta) => boolean): readonly Diagnostic[];
}

/**
 * The same, but it looks for mistakes only when somebody asks for them: most of
 * what an editor wants to know while somebody types does not depend on them.
 */
export function analyseLazily(path: string, text: string, host: Host, options: LintOptions = {}): LazyAnalysis {
  const reading = read(path, text, host, options);
  const { model, policy } = reading;
  // What came before is not needed any more, and would hold all that came before it.
  const { previous: _, ...rest } = options;
  let found: Analysis | undefined;
  const steps = lint(reading, rest);
  const advance = (goesOn: () => boolean) => {
    while (!found) {
      const { value, done } = steps.next();
      if (done) found = abridge(value);
      else if (!goesOn()) break;
    }
    return found !== undefined;
  };
  const whole = () => {
    advance(() => true);
    return found as Analysis;
  };
  return {
    model,
    policy,
    get diagnostics() {
      return whole().diagnostics;
    },
    get omitted() {
      return whole().omitted;
    },
    get isSearched() {
      return found !== undefined;
    },
    advance,
    findingsOf(isWanted) {
      const rules = (rest.rules ?? allRules).filter(({ meta }) => isWanted(meta));
      if (!found) return abridge(exhaust(lint(reading, { ...rest, rules }))).diagnostics;
      const ids = new Set(rules.map(({ meta }) => meta.id));
      return found.diagnostics.filter(({ rule }) => ids.has(rule));
    },
  };
}

/** The same with every finding, for who mends them: there may be more than anybody wants to read. */
export function analyseWhole(path: string, text: string, host: Host, options: LintOptions = {}): Analysis {
  return exhaust(lint(read(path, text, host, options), options));
}

function exhaust<T>(steps: Generator<void, T>): T {
  for (;;) {
    const { value, done } = steps.next();
    if (done) return value;
  }
}

/** What a configuration means. */
type Reading = Pick<Analysis, "model" | "policy"> & { readonly history: History };

const histories = new WeakMap<Model, History>();

function read(path: string, text: string, host: Host, options: LintOptions): Reading {
  const { previous } = options;
  const fallback = options.defaultTarget ?? newestRelease;
  const firstTarget = options.target ?? previous?.model.target ?? fallback;
  const parseFor = (target: Release) =>
    parse(path, text, {
      target,
      previous: previous?.model.target === target ? previous.model.config : undefined,
      ...(options.macros && { macros: options.macros }),
      include: includeWithin(host),
    });
  let parsed = parseFor(firstTarget);
  const target = options.target ?? targetIn(parsed.config.files[0] as SourceFile) ?? fallback;
  if (target !== firstTarget) parsed = parseFor(target);
  const model = new Model(parsed.config, parsed.problems, target, host);
  // Now, while it is recorded what the analysis depends on.
  memberFilesOf(model);
  const before = parsed.config.isEdited && previous ? histories.get(previous.model) : undefined;
  const history = History.next(model, before && previous && { history: before, model: previous.model });
  histories.set(model, history);
  const policy = new Policy(model, parsed.config.isEdited ? { rules: history.rules, past: history } : undefined);
  return { model, policy, history };
}

/** Looks for mistakes in what was read, in steps between which others may have their turn. */
function* lint({ model, policy, history }: Reading, options: LintOptions): Generator<void, Analysis> {
  const { target } = model;
  const { foreign, problems: ownProblems } = findForeign(model);
  const causes = causesOf(ownProblems, model.config, target);

  const { isTemplate } = model.sources;
  const running = (options.rules ?? allRules).filter(
    ({ meta, model }) =>
      isAlive(meta.lifetime ?? {}, target) &&
      options.severities?.[meta.id] !== "off" &&
      // What a template leaves out may change how statements play together.
      (!isTemplate || !model || meta.category === "refused"),
  );
  const found: Diagnostic[] = [];
  const run = {
    subject: {
      target,
      model,
      policy,
      problems: ownProblems,
      foreign,
      commandOptions: options.commandOptions ?? [],
      causedBy: <K extends Cause["kind"]>(kind: K) =>
        (causes.get(kind) ?? []) as unknown as readonly CausedProblem<K>[],
    },
    otherPrograms: foreign.filter(({ setting }) => !setting).map(({ span }) => span),
    severities: options.severities ?? {},
    onFault: options.onFault,
    history,
  };
  const ofRules = { ...run, diagnostics: found };
  const runs = running.map((rule) => new RuleRun(rule, ofRules));
  for (const run of runs) {
    run.start();
    yield;
  }
  yield* visitAll(model, runs, history);

  // With nothing found and nobody who looks at comments, these need not be read.
  if (found.length === 0 && !running.some(({ directives }) => directives)) {
    return { model, policy, diagnostics: [], omitted: [] };
  }
  const known = allRules.map(({ meta }) => meta.id);
  const suppressions = new Suppressions(model, known, options.target !== undefined);
  yield;
  const kept = suppressions.apply(sortAndDeduplicate(found));
  const ran = new Set(running.filter((rule) => !rule.directives).map(({ meta }) => meta.id));
  yield;
  const problems = suppressions.problems(ran);
  const ofDirectives: Diagnostic[] = [];
  const judges = running
    .filter(({ directives }) => directives)
    .map((rule) => new RuleRun(rule, { ...run, diagnostics: ofDirectives }));
  for (const judge of judges) judge.judge(problems);
  const keptOfDirectives = suppressions.apply(sortAndDeduplicate(ofDirectives));
  const all = withoutTwins(model.sources, sortAndDeduplicate(kept.concat(keptOfDirectives)));
  const omitted = [...runs, ...judges].flatMap(({ rule, omitted }) =>
    omitted > 0 ? [{ rule: rule.meta.id, count: omitted }] : [],
  );
  return { model, policy, diagnostics: all, omitted };
}

function sortAndDeduplicate(diagnostics: Diagnostic[]): Diagnostic[] {
  diagnostics.sort(
    (a, b) =>
      a.span.file - b.span.file ||
      a.span.start - b.span.start ||
      a.span.end - b.span.end ||
      compare(a.rule, b.rule) ||
      compare(a.message, b.message),
  );
  return diagnostics.filter((item, index) => {
    const previous = diagnostics[index - 1];
    return (
      previous === undefined ||
      item.rule !== previous.rule ||
      item.message !== previous.message ||
      item.span.file !== previous.span.file ||
      item.span.start !== previous.span.start ||
      item.span.end !== previous.span.end
    );
  });
}

/** More findings of one rule say no more than these. */
const mostFindings = 10_000;

/** The first findings of each rule, and how many there were besides. */
export function abridge(analysis: Analysis): Analysis {
  if (analysis.diagnostics.length <= mostFindings) return analysis;
  const counts = new Map<string, number>();
  const diagnostics = analysis.diagnostics.filter(({ rule }) => {
    const count = (counts.get(rule) ?? 0) + 1;
    counts.set(rule, count);
    return count <= mostFindings;
  });
  for (const { rule, count } of analysis.omitted) counts.set(rule, (counts.get(rule) ?? 0) + count);
  const omitted = [...counts].flatMap(([rule, count]) =>
    count > mostFindings ? [{ rule, count: count - mostFindings }] : [],
  );
  return { ...analysis, diagnostics, omitted };
}

/** What is wrong with a file that is included twice is said once. */
function withoutTwins({ files }: Pick<Sources, "files">, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const paths = files.map(({ path }) => path);
  if (new Set(paths).size === paths.length) return diagnostics;
  const seen = new Set<string>();
  return diagnostics.filter(({ rule, message, span: { file, start, end } }) => {
    const key = JSON.stringify([paths[file], start, end, rule, message]);
    return !seen.has(key) && seen.add(key);
  });
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
