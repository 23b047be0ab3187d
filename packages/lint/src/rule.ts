import type { Lifetime, Node, NodeKind, NodeOf, Problem, Release, Span } from "@smtpdlint/grammar";
import type { Machine, Model } from "@smtpdlint/model";
import type { Policy } from "@smtpdlint/policy";
import {
  type Category,
  type DiagnosticTag,
  type Fix,
  type RelatedPlace,
  type Severity,
  severityOf,
} from "./diagnostic.ts";
import type { DirectiveProblem } from "./suppress/suppressions.ts";
import type { Cause, CausedProblem } from "./syntax-errors/cause.ts";
import type { ForeignText } from "./syntax-errors/foreign/find.ts";

/**
 * A rule: what it is, and one of four ways to look. `visit` sees nodes of the
 * tree, `model` the whole configuration, `problems` what lexer and parser
 * found, `directives` what is wrong with the comments for smtpdlint, once all
 * other rules have run. A rule has no state and does not know other rules.
 */
export interface Rule {
  readonly meta: RuleMeta;
  readonly visit?: { readonly [K in NodeKind]?: (node: NodeOf<K>, context: Context, parents: readonly Node[]) => void };
  readonly model?: (model: Model, context: Context) => void;
  readonly problems?: (problems: readonly Problem[], context: Context) => void;
  readonly directives?: (problems: readonly DirectiveProblem[], context: Context) => void;
}

/** What is known of a rule without running it. */
export interface RuleMeta {
  /** Kebab-case, names the bad thing, never used again for something else. */
  readonly id: string;
  readonly category: Category;
  /** In place of that of the category, where the finding is advice. */
  readonly severity?: Severity;
  /** One line for lists of rules. */
  readonly summary: string;
  /** The targets for which the rule's claim holds; all by default. */
  readonly lifetime?: Lifetime;
  /** Texts by id; `{slot}` is replaced by the report's data. */
  readonly messages: Readonly<Record<string, string>>;
  readonly fixable?: boolean;
  /** How editors show the findings; those of the category `unused` are `unnecessary` anyway. */
  readonly tag?: DiagnosticTag;
  /** What an editor may show above the statement, in two words. */
  readonly lens?: string;
  /** True for a rule that says which words one statement cannot have together. */
  readonly judgesCombinations?: true;
}

/** What a rule is given besides what it looks at. */
export interface Context {
  readonly target: Release;
  /** The machine that smtpd runs on, if it may be looked at. */
  readonly machine: Machine | undefined;
  /** It notes, as the policy does, what it is asked: while somebody edits, a rule that has found nothing looks again once that has changed. */
  readonly model: Model;
  readonly policy: Policy;
  /** What lexer and parser found, but in foreign text. */
  readonly problems: readonly Problem[];
  /** Text of other programs' configurations, with whatever is wrong in it. */
  readonly foreign: readonly ForeignText[];
  /** Options that a command for the user repeats. */
  readonly commandOptions: readonly string[];
  /** The unexpected tokens that have one kind of cause. */
  causedBy<K extends Cause["kind"]>(kind: K): readonly CausedProblem<K>[];
  report(report: Report): void;
}

/** A finding as a rule reports it. */
export interface Report {
  readonly span: Span;
  /** The id of a message in `meta.messages`. */
  readonly message: string;
  readonly data?: Readonly<Record<string, string | number>>;
  readonly help?: string | undefined;
  /** A message that shows it, in the words of a policy test. */
  readonly witness?: string | undefined;
  readonly related?: readonly RelatedPlace[];
  readonly fixes?: readonly Fix[];
}

/** A rule whose message ids are checked by the compiler. */
export function defineRule<const M extends Record<string, string>>(rule: {
  readonly meta: RuleMeta & { readonly messages: M };
  readonly visit?: {
    readonly [K in NodeKind]?: (node: NodeOf<K>, context: TypedContext<M>, parents: readonly Node[]) => void;
  };
  readonly model?: (model: Model, context: TypedContext<M>) => void;
  readonly problems?: (problems: readonly Problem[], context: TypedContext<M>) => void;
  readonly directives?: (problems: readonly DirectiveProblem[], context: TypedContext<M>) => void;
}): Rule {
  return rule as Rule;
}

export interface TypedContext<M> extends Context {
  report(report: Report & { readonly message: keyof M & string }): void;
}

/** The severity of a rule's findings where nobody has chosen another. */
export const defaultSeverity = ({ category, severity }: RuleMeta): Severity => severity ?? severityOf[category];

/** How an editor is to show the findings of a rule. */
export const tagOf = ({ category, tag }: RuleMeta): DiagnosticTag | undefined =>
  tag ?? (category === "unused" ? "unnecessary" : undefined);

/** Fills the slots of a message; a slot without data is a fault of the rule and throws. */
export function fillMessage(text: string, data: Report["data"] = {}): string {
  return text.replace(/\{(\w+)\}/g, (_, slot: string) => {
    if (!Object.hasOwn(data, slot)) throw new Error(`message without data for {${slot}}: ${text}`);
    return String(data[slot]);
  });
}
