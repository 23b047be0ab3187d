import type { Action, Filter, Listen, Statement } from "@smtpdlint/grammar";
import { atKinds, groupBy, type Model, note, tableUsers } from "@smtpdlint/model";
import { type ComparedEntry, collectComparedEntries } from "./compared-entries.ts";
import { type EntryPoint, entryPoints, hasUnknownTag } from "./entry-points.ts";
import { unknownEnvironment } from "./environment.ts";
import { FilterLists } from "./filter-lists.ts";
import type { KnownRules, Past } from "./known-rules.ts";
import { outsideRuleset } from "./outside.ts";
import { type RelayHost, relayHosts } from "./relay-hosts.ts";
import { type Condition, type MatchRule, rulesetOf } from "./ruleset.ts";

// What is looked at for an answer, whoever asks for it first.
const atRules = atKinds("match", "table", "smtp", ...tableUsers);
const atEntries = atKinds("table", ...tableUsers);
const atListeners = atKinds("listen");
const atFilters = atKinds("listen", "action", "filter");
const atRelays = atKinds("action", "table");

/** What becomes of messages. Built from the model; what it is asked for is worked out once. */
export class Policy {
  private entries: readonly ComparedEntry[] | undefined;
  private points: readonly EntryPoint[] | undefined;
  private pointsByTag: ReadonlyMap<string, readonly EntryPoint[]> | undefined;
  private knownTags: ReadonlySet<string> | undefined;
  private knowsAllTags: boolean | undefined;
  private rules: readonly MatchRule[] | undefined;
  private rulesOutside: readonly MatchRule[] | undefined;
  private readonly filterLists: FilterLists;
  private readonly hosts = new Map<Action, readonly RelayHost[]>();

  /** `known` are the match rules of earlier texts. */
  constructor(
    readonly model: Model,
    private readonly known?: { readonly rules: KnownRules; readonly past: Past },
  ) {
    this.filterLists = new FilterLists(model.symbols);
  }

  /** The match rules as smtpd keeps them. */
  get ruleset(): readonly MatchRule[] {
    note(atRules);
    const { model, known } = this;
    this.rules ??= known
      ? known.rules.rulesetOf(model, unknownEnvironment, known.past)
      : rulesetOf(model, unknownEnvironment);
    return this.rules;
  }

  /** The match rules for those outside, who have none of this machine's addresses and names. */
  get outsideRuleset(): readonly MatchRule[] {
    note(atRules);
    this.rulesOutside ??= outsideRuleset(this.model, this.ruleset);
    return this.rulesOutside;
  }

  /** True if all match rules are known: none is broken, in a file that was not read, or in pre-6.4 syntax. */
  get isRulesetComplete(): boolean {
    const { model } = this;
    // A misspelt rule is read as the start of a macro.
    const isGap = ({ kind, broken }: Statement) =>
      kind === "unknown" || (broken && (kind === "match" || kind === "macro"));
    if (model.matches.length === 0 || model.sources.isIncompleteAt(undefined)) return false;
    return !model.statementsOf("match", "macro", "unknown").some(isGap);
  }

  /** What match rules and filters compare with something of a message. */
  get comparedEntries(): readonly ComparedEntry[] {
    note(atEntries);
    const { model } = this;
    this.entries ??= collectComparedEntries(model.statementsOf("listen", "match", "filter"), model.tables);
    return this.entries;
  }

  /** Where messages can enter. */
  get entryPoints(): readonly EntryPoint[] {
    note(atListeners);
    this.points ??= entryPoints(this.model.listeners, this.model.target);
    return this.points;
  }

  /** The entry points whose tag fulfils a condition; all without one. */
  entryPointsFor(tag: Condition | undefined): readonly EntryPoint[] {
    note(atListeners);
    if (!tag) return this.entryPoints;
    const lookup = tag.lookup("string");
    const { keys } = lookup;
    // Of many tags most rules ask for one: it need not be looked for among all.
    if (!tag.negated && !tag.regex && keys) {
      this.pointsByTag ??= groupBy(this.entryPoints, (point) => point.tag);
      return [...new Set(keys)].flatMap((key) => this.pointsByTag?.get(key) ?? []);
    }
    return this.entryPoints.filter((point) => lookup.test(point.tag) !== tag.negated);
  }

  /** The tags that a message can have, in lower case; undefined if an include may set others. */
  get tags(): ReadonlySet<string> | undefined {
    note(atListeners);
    const { sources, listeners } = this.model;
    this.knownTags ??= new Set(this.entryPoints.map(({ tag }) => tag));
    this.knowsAllTags ??= !sources.isIncompleteAt(undefined) && !listeners.some(hasUnknownTag);
    return this.knowsAllTags ? this.knownTags : undefined;
  }

  /** The filters of a listener or a relay, chains taken apart, in the order in which they are asked. */
  filtersOf(user: Listen | Action): readonly Filter[] {
    note(atFilters);
    return this.filterLists.of(user);
  }

  /** What `host` and `domain` of an action name; what is in a table that nobody has read is left out. */
  relayHosts(action: Action): readonly RelayHost[] {
    note(atRelays);
    let hosts = this.hosts.get(action);
    if (!hosts) {
      hosts = relayHosts(action, this.model.tables);
      this.hosts.set(action, hosts);
    }
    return hosts;
  }
}
