import { type Config, originOf, type ReadFailure, type SourceFile, type Statement } from "@smtpdlint/grammar";
import { allLooks, atEverything, atHost, atStatement, atWholeness, type Looks, type Model } from "@smtpdlint/model";
import { KnownRules } from "@smtpdlint/policy";
import type { Rule } from "./rule.ts";
import { Visits } from "./visits.ts";

/** What was looked at for something that was found out, and when. */
interface Looked {
  readonly looks: Looks;
  readonly at: number;
}

/** What the looks at one text share, edit after edit. */
interface Line {
  /** The last look; who comes from an earlier one starts a line of their own. */
  last: number;
  /** By rule: the last look at which it found nothing in the configuration. */
  readonly foundNothing: Map<Rule, Looked>;
  /** For each choice of rules, what was used last first. */
  visits: readonly Visits[];
  /** Of the policy. */
  readonly knownRules: KnownRules;
}

/** For who asks for the findings of some rules. */
const mostVisits = 8;

let looksInAll = 0;

/**
 * What has changed, from look to look, while somebody edits a configuration:
 * what was found out still holds as long as nothing has changed that was looked
 * at for it.
 */
export class History {
  private constructor(
    private readonly line: Line,
    /** The number of this look; later ones have higher numbers. */
    readonly now: number,
    /** By the number of a bit of `Looks`: the look that found it changed. */
    private readonly changes: readonly number[],
    /** What had become of the files to which tables lead when the model was made. */
    private readonly reads: readonly Read[],
  ) {}

  /** The next look at a text that `before` is of, if there is one; `previous` is what was read then. */
  static next(model: Model, previous?: { readonly history: History; readonly model: Model }): History {
    const now = ++looksInAll;
    const reads = [...model.whatWasRead];
    const isNext = previous !== undefined && previous.history.line.last === previous.history.now;
    if (!isNext) {
      const line: Line = { last: now, foundNothing: new Map(), visits: [], knownRules: new KnownRules() };
      return new History(
        line,
        now,
        bits.map(() => now),
        reads,
      );
    }
    const { line, changes } = previous.history;
    line.last = now;
    const changed = areSame(previous.history.reads, reads) ? changedSince(previous.model, model) : allLooks;
    return new History(
      line,
      now,
      bits.map((bit, index) => (changed & bit ? now : (changes[index] ?? now))),
      reads,
    );
  }

  /** The match rules of the texts until now. */
  get rules(): KnownRules {
    return this.line.knownRules;
  }

  /** True if nothing has changed of what was looked at then. What a later look has found is not known here. */
  holds({ looks, at }: Looked): boolean {
    if (looks === 0) return true;
    return at <= this.now && this.changes.every((change, index) => change <= at || (looks & (1 << index)) === 0);
  }

  /** True if a rule that looks at the whole configuration would find nothing, as before. */
  findsNothing(rule: Rule): boolean {
    const looked = this.line.foundNothing.get(rule);
    return looked !== undefined && this.holds(looked);
  }

  /** What is known of statements that these rules have visited. */
  visitsOf(rules: readonly Rule[]): Visits {
    const { line } = this;
    const visits = line.visits.find((visits) => visits.isOf(rules)) ?? new Visits(rules);
    line.visits = [visits, ...line.visits.filter((other) => other !== visits)].slice(0, mostVisits);
    return visits;
  }

  /** Keeps that a rule has found nothing; undefined if it has found something. */
  remember(rule: Rule, looks: Looks | undefined): void {
    if (looks === undefined) this.line.foundNothing.delete(rule);
    else this.line.foundNothing.set(rule, { looks, at: this.now });
  }
}

const bits: Looks[] = [];
for (let bit = 1; bit <= allLooks; bit *= 2) bits.push(bit);

type Read = readonly [path: string, found: SourceFile | ReadFailure];

function areSame(before: readonly Read[], now: readonly Read[]): boolean {
  if (before.length !== now.length) return false;
  return before.every(([path, found], index) => {
    const [otherPath, other] = now[index] as Read;
    if (typeof found === "string" || typeof other === "string") return path === otherPath && found === other;
    return path === otherPath && found.path === other.path && found.text === other.text;
  });
}

/** What is not as it was. */
function changedSince(before: Model, now: Model): Looks {
  // What a template or an include that was not read would bring in may be anything.
  const isOpen = ({ sources }: Model) => sources.isTemplate || sources.isIncompleteAt(undefined);
  if (isOpen(before) || isOpen(now)) return allLooks;
  const hasHost = ({ machine, users, forwardFiles }: Model) =>
    [machine, users, forwardFiles[0]].map((part) => !part).join();
  return (
    atEverything |
    changedStatements(before.config, now.config) |
    (before.isWhole === now.isWhole && before.hasRules === now.hasRules ? 0 : atWholeness) |
    (hasHost(before) === hasHost(now) ? 0 : atHost)
  );
}

/** What there is to look at of statements that have come or gone; those that were taken over are in the order in which they were. */
function changedStatements({ statements: before }: Config, { statements: now }: Config): Looks {
  const isKept = (index: number, other: number) =>
    originOf(before[index] as Statement) === originOf(now[other] as Statement);
  const most = Math.min(before.length, now.length);
  let start = 0;
  while (start < most && (before[start] === now[start] || isKept(start, start))) start++;
  let end = 0;
  while (end < most - start && isKept(before.length - 1 - end, now.length - 1 - end)) end++;
  let changed = 0;
  const gone = new Set(before.slice(start, before.length - end).map(originOf));
  for (const statement of now.slice(start, now.length - end)) {
    const origin = originOf(statement);
    if (!gone.delete(origin)) changed |= atStatement(origin);
  }
  for (const origin of gone) changed |= atStatement(origin);
  return changed;
}
