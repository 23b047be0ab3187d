import type { Node, Release, Span } from "@smtpdlint/grammar";
import { atEverything, type Machine, type Model, makeVisible, note, watch } from "@smtpdlint/model";
import type { Policy } from "@smtpdlint/policy";
import { type Diagnostic, ruleUrl, type Severity } from "./diagnostic.ts";
import type { History } from "./history.ts";
import { type Context, defaultSeverity, fillMessage, type Report, type Rule, tagOf } from "./rule.ts";
import type { DirectiveProblem } from "./suppress/suppressions.ts";
import type { Cause, CausedProblem } from "./syntax-errors/cause.ts";
import type { ForeignText } from "./syntax-errors/foreign/find.ts";

/** What rules look at, and what becomes of what they find. */
export interface RunOptions {
  readonly subject: Omit<Context, "report" | "machine">;
  /** What says that a file is another program's; nothing else is said of that file. */
  readonly otherPrograms: readonly Span[];
  readonly severities: Readonly<Record<string, Severity | "off">>;
  /** Called for a rule that throws; without it, the fault becomes a diagnostic. */
  readonly onFault: ((rule: string, error: unknown) => void) | undefined;
  readonly history: History;
  /** Takes the findings. */
  readonly diagnostics: Diagnostic[];
}

/** More findings of one rule, suppressed ones too, no text has but one that is made to fill memory. */
const mostReports = 200_000;

type Visitor = (node: Node, context: Context, parents: readonly Node[]) => void;

/** One rule at work on one configuration. */
export class RuleRun {
  private readonly context: Context;
  private reported = 0;
  private hasFound = false;

  constructor(
    readonly rule: Rule,
    private readonly options: RunOptions,
  ) {
    this.context = new RunContext(options.subject, this);
  }

  start(): void {
    this.guard(() => this.rule.problems?.(this.context.problems, this.context));
    const { rule, context, options } = this;
    const { history } = options;
    const look = rule.model;
    if (!look || history.findsNothing(rule)) return;
    const { looks } = watch(() => this.guard(() => look(options.subject.model, context)));
    history.remember(rule, this.takeFound() ? undefined : looks);
  }

  judge(problems: readonly DirectiveProblem[]): void {
    this.guard(() => this.rule.directives?.(problems, this.context));
  }

  /** Does what the rule does at nodes of this kind; `guard` would make a function for each node. */
  visit(node: Node, parents: readonly Node[]): void {
    try {
      (this.rule.visit?.[node.kind] as Visitor | undefined)?.(node, this.context, parents);
    } catch (error) {
      this.fail(error);
    }
  }

  /** True if the rule has found something, or failed, since this was asked last. */
  takeFound(): boolean {
    const { hasFound } = this;
    this.hasFound = false;
    return hasFound;
  }

  /** How many findings were not kept. */
  get omitted(): number {
    return Math.max(0, this.reported - mostReports);
  }

  report(report: Report): void {
    this.hasFound = true;
    const { meta } = this.rule;
    if (this.options.otherPrograms.some((span) => span.file === report.span.file && span !== report.span)) return;
    if (++this.reported > mostReports) return;
    const text = meta.messages[report.message];
    if (text === undefined) throw new Error(`no message ${report.message}`);
    const severity = this.options.severities[meta.id];
    this.options.diagnostics.push({
      rule: meta.id,
      category: meta.category,
      severity: severity === undefined || severity === "off" ? defaultSeverity(meta) : severity,
      tag: tagOf(meta),
      message: makeVisible(fillMessage(text, report.data)),
      span: report.span,
      help: report.help === undefined ? undefined : makeVisible(report.help),
      witness: report.witness,
      related: (report.related ?? []).map((item) => ({ ...item, message: makeVisible(item.message) })),
      fixes: report.fixes ?? [],
      url: ruleUrl(meta.id),
    });
  }

  /** A rule that throws costs its own findings and nothing else. */
  private guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    this.hasFound = true;
    const { onFault, diagnostics } = this.options;
    if (onFault) onFault(this.rule.meta.id, error);
    diagnostics.push({
      rule: "internal-error",
      category: "internal",
      severity: "error",
      tag: undefined,
      message: makeVisible(
        `the rule ${this.rule.meta.id} failed: ${error instanceof Error ? error.message : String(error)}`,
      ),
      span: { file: 0, start: 0, end: 0 },
      help: "please report this with the file",
      witness: undefined,
      related: [],
      fixes: [],
      url: ruleUrl("internal-error"),
    });
  }
}

/** Notes what the rule looks at beyond what it is shown; the model and the policy do so themselves. */
class RunContext implements Context {
  readonly target: Release;
  readonly model: Model;
  readonly policy: Policy;
  readonly commandOptions: readonly string[];

  constructor(
    private readonly subject: RunOptions["subject"],
    private readonly run: RuleRun,
  ) {
    this.target = subject.target;
    this.model = subject.model;
    this.policy = subject.policy;
    this.commandOptions = subject.commandOptions;
  }

  readonly report = (report: Report): void => this.run.report(report);

  readonly causedBy = <K extends Cause["kind"]>(kind: K): readonly CausedProblem<K>[] => {
    note(atEverything);
    return this.subject.causedBy(kind);
  };

  get machine(): Machine | undefined {
    return this.model.machine;
  }

  get problems(): Context["problems"] {
    note(atEverything);
    return this.subject.problems;
  }

  get foreign(): readonly ForeignText[] {
    note(atEverything);
    return this.subject.foreign;
  }
}
