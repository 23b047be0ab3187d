import {
  type Action,
  type Config,
  type Filter,
  isAtLeast,
  type Match,
  originOf,
  type Release,
  type Statement,
} from "@smtpdlint/grammar";
import { groupBy } from "../group-by.ts";
import { atEverything, atKinds, type Looks, note } from "../looks.ts";
import type { Sources } from "../sources.ts";
import type { AnonymousTables } from "../tables/anonymous-tables.ts";
import { isBuiltinTable } from "../tables/table-info.ts";
import { tableUsers } from "../tables/table-use.ts";
import { Candidates } from "../text/nearest.ts";
import { canonicalName, collectNames, type Definition, type NameKind, type Names, type Reference } from "./names.ts";

/** What became of a reference. */
export type Resolution =
  | { readonly outcome: "found"; readonly definition: Definition | undefined }
  /** Defined only after the statement that refers to it; smtpd wants it before. */
  | { readonly outcome: "later"; readonly definition: Definition }
  /** A pki or ca whose name is found only in other letters. */
  | { readonly outcome: "other-case"; readonly definition: Definition }
  | { readonly outcome: "missing" }
  /** An include that was not read may define it, or its name is not known. */
  | { readonly outcome: "unknown" };

/** The statements that define names of a kind, and those that use them; a macro can stand anywhere. */
const atDefinitions: Readonly<Record<NameKind, Looks>> = {
  macro: atKinds("macro"),
  table: atKinds("table"),
  action: atKinds("action"),
  filter: atKinds("filter"),
  proc: atKinds("proc", "filter"),
  wrapper: atKinds("mda"),
  pki: atKinds("pki"),
  ca: atKinds("ca"),
  tag: atKinds("listen"),
};
const atReferences: Readonly<Record<NameKind, Looks>> = {
  macro: atEverything,
  table: atKinds(...tableUsers),
  action: atKinds("match"),
  filter: atKinds("listen", "action", "filter"),
  proc: atKinds("filter"),
  wrapper: atKinds("action"),
  pki: atKinds("listen", "action"),
  ca: atKinds("listen", "action"),
  tag: atKinds("match"),
};

/** The names of a configuration: where they are defined and used, and what smtpd finds under them. */
export class Symbols {
  private known: Names | undefined;
  private definitionsByKind: ReadonlyMap<NameKind, readonly Definition[]> | undefined;
  private readonly names = new Map<NameKind, ReadonlyMap<string, readonly Definition[]>>();
  private referencesByKind: ReadonlyMap<NameKind, readonly Reference[]> | undefined;
  private readonly candidates = new Map<NameKind, Candidates>();

  constructor(
    private readonly config: Config,
    private readonly target: Release,
    private readonly anonymousTables: AnonymousTables,
    private readonly sources: Pick<Sources, "isIncompleteAt">,
  ) {}

  private get all(): Names {
    this.known ??= collectNames(this.config);
    return this.known;
  }

  get definitions(): readonly Definition[] {
    note(atEverything);
    return this.all.definitions;
  }

  get references(): readonly Reference[] {
    note(atEverything);
    return this.all.references;
  }

  /** All definitions of a name, in order of declaration. */
  definitionsOf(kind: NameKind, name: string): readonly Definition[] {
    return this.byName(kind).get(canonicalName(kind, name)) ?? noDefinitions;
  }

  /** All definitions of a kind by the names that smtpd finds them by, in order of declaration. */
  byName(kind: NameKind): ReadonlyMap<string, readonly Definition[]> {
    note(atDefinitions[kind]);
    let names = this.names.get(kind);
    if (!names) {
      names = groupBy(this.definitionsOfKind(kind), ({ name }) => name);
      this.names.set(kind, names);
    }
    return names;
  }

  /** All definitions of a kind, in order of declaration. */
  definitionsOfKind(kind: NameKind): readonly Definition[] {
    note(atDefinitions[kind]);
    this.definitionsByKind ??= groupBy(this.all.definitions, (definition) => definition.kind);
    return this.definitionsByKind.get(kind) ?? noDefinitions;
  }

  /** All references to names of a kind. */
  referencesTo(kind: NameKind): readonly Reference[] {
    note(atReferences[kind]);
    this.referencesByKind ??= groupBy(this.all.references, (reference) => reference.kind);
    return this.referencesByKind.get(kind) ?? noReferences;
  }

  /** The names of a kind that are defined somewhere. */
  namesOf(kind: NameKind): readonly string[] {
    return this.definitionsOfKind(kind).map(({ name }) => name);
  }

  /** The name of a kind of which another is most likely a slip. */
  nearestName(kind: NameKind, name: string): string | undefined {
    let candidates = this.candidates.get(kind);
    if (!candidates) {
      candidates = new Candidates(this.namesOf(kind));
      this.candidates.set(kind, candidates);
    }
    return candidates.nearest(name);
  }

  /** What smtpd finds for a reference: it wants the definition before it. */
  resolve(reference: Reference): Resolution {
    const { kind, name, statement, faulty } = reference;
    if (faulty) return { outcome: "unknown" };
    if (kind === "table" && (isBuiltinTable(name) || this.anonymousTables.find(name, statement, reference))) {
      return { outcome: "found", definition: undefined };
    }
    const candidates = this.definitionsOf(kind, name);
    const found = candidates.find(isBefore(statement));
    if (found) {
      // Since 7.0 a listener asks for its pki by the name as written (parse.y, config_listener).
      const isExact =
        kind !== "pki" || statement?.kind !== "listen" || !isAtLeast(this.target, "7.0") || name === found.name;
      return { outcome: isExact ? "found" : "other-case", definition: found };
    }
    if (this.sources.isIncompleteAt(statement)) return { outcome: "unknown" };
    const later = candidates[0];
    return later ? { outcome: "later", definition: later } : { outcome: "missing" };
  }

  /** The action that a match rule names, wherever it is defined. */
  actionOf(match: Match): Action | undefined {
    const { outcome, action } = originOf(match);
    const name = outcome?.word === "action" ? action?.value : undefined;
    return name === undefined ? undefined : (this.definitionsOf("action", name)[0]?.statement as Action | undefined);
  }

  /** The filter that smtpd finds under a name used in `statement`. */
  filterBefore(name: string, statement: Statement): Filter | undefined {
    return this.definitionsOf("filter", name).find(isBefore(statement))?.statement as Filter | undefined;
  }
}

const isBefore = (user: Statement | undefined) => {
  const index = user?.index ?? Number.POSITIVE_INFINITY;
  return ({ statement }: Definition) => statement.index < index;
};

const noDefinitions: readonly Definition[] = [];
const noReferences: readonly Reference[] = [];
