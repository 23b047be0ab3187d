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
import { atEverything, atKinds, atTable, type Looks, note } from "../looks.ts";
import type { Sources } from "../sources.ts";
import type { AnonymousTables } from "../tables/anonymous-tables.ts";
import { isBuiltinTable } from "../tables/table-info.ts";
import { tableUsers } from "../tables/table-use.ts";
import { Candidates } from "../text/nearest.ts";
import {
  CollectedNames,
  canonicalName,
  collectNames,
  type Definition,
  macroReference,
  type NameKind,
  type Names,
  type Reference,
  type StatementKinds,
} from "./names.ts";

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

/** The statements that define names of a kind. */
const definers: Readonly<Record<NameKind, StatementKinds>> = {
  macro: ["macro"],
  table: ["table"],
  action: ["action"],
  filter: ["filter"],
  proc: ["proc", "filter"],
  wrapper: ["mda"],
  pki: ["pki"],
  ca: ["ca"],
  tag: ["listen"],
};
/** The statements that use them; a macro can stand anywhere. */
export const nameUsers: Readonly<Record<Exclude<NameKind, "macro">, StatementKinds>> = {
  table: tableUsers,
  action: ["match"],
  filter: ["listen", "action", "filter"],
  proc: ["filter"],
  wrapper: ["action"],
  pki: ["listen", "action"],
  ca: ["listen", "action"],
  tag: ["match"],
};
const atDefinitions = looksAt(definers);
const atReferences = looksAt(nameUsers);
/** All that define or use a name. */
const named = [...new Set([...Object.values(definers), ...Object.values(nameUsers)].flat())];

function looksAt<K extends NameKind>(kinds: Readonly<Record<K, StatementKinds>>): Readonly<Record<K, Looks>> {
  const looks = Object.entries<StatementKinds>(kinds).map(([kind, statements]) => [kind, atKinds(...statements)]);
  return Object.fromEntries(looks) as Record<K, Looks>;
}

/** The names of a configuration: where they are defined and used, and what smtpd finds under them. */
export class Symbols {
  private readonly collected: CollectedNames;
  private readonly definitionsByKind = new Map<NameKind, readonly Definition[]>();
  private readonly names = new Map<NameKind, ReadonlyMap<string, readonly Definition[]>>();
  private readonly referencesByKind = new Map<NameKind, readonly Reference[]>();
  private allDefinitions: readonly Definition[] | undefined;
  private allReferences: readonly Reference[] | undefined;
  private macroReferences: readonly Reference[] | undefined;
  private readonly candidates = new Map<NameKind, Candidates>();

  constructor(
    private readonly config: Pick<Config, "statements" | "isEdited" | "macroUses">,
    statementsOf: (kind: Statement["kind"]) => readonly Statement[],
    private readonly target: Release,
    private readonly anonymousTables: AnonymousTables,
    private readonly sources: Pick<Sources, "isIncompleteAt">,
  ) {
    this.collected = new CollectedNames(statementsOf, config.isEdited);
  }

  get definitions(): readonly Definition[] {
    note(atEverything);
    this.allDefinitions ??= this.collected.definitionsIn(named);
    return this.allDefinitions;
  }

  get references(): readonly Reference[] {
    note(atEverything);
    this.allReferences ??= [...this.collected.referencesIn(named), ...this.referencesTo("macro")];
    return this.allReferences;
  }

  /** The names that may stand at an offset: those in the statements there, and all macros that are used. */
  around(file: number, offset: number): Names {
    note(atEverything);
    const { statements, isEdited } = this.config;
    // Names of a broken one may stand behind its end.
    const isNear = ({ span, broken }: Statement) =>
      broken || (span.file === file && span.start <= offset && offset <= span.end);
    const { definitions, references } = collectNames(statements.filter(isNear), isEdited);
    return { definitions, references: [...references, ...this.referencesTo("macro")] };
  }

  /** All definitions of a name, in order of declaration. */
  definitionsOf(kind: NameKind, name: string): readonly Definition[] {
    const canonical = canonicalName(kind, name);
    note(kind === "table" ? atTable(name) : atDefinitions[kind]);
    return this.definitionsByName(kind).get(canonical) ?? noDefinitions;
  }

  /** All definitions of a kind by the names that smtpd finds them by, in order of declaration. */
  byName(kind: NameKind): ReadonlyMap<string, readonly Definition[]> {
    note(atDefinitions[kind]);
    return this.definitionsByName(kind);
  }

  private definitionsByName(kind: NameKind): ReadonlyMap<string, readonly Definition[]> {
    let names = this.names.get(kind);
    if (!names) {
      names = groupBy(this.definitionsIn(kind), ({ name }) => name);
      this.names.set(kind, names);
    }
    return names;
  }

  /** All definitions of a kind, in order of declaration. */
  definitionsOfKind(kind: NameKind): readonly Definition[] {
    note(atDefinitions[kind]);
    return this.definitionsIn(kind);
  }

  private definitionsIn(kind: NameKind): readonly Definition[] {
    let found = this.definitionsByKind.get(kind);
    if (!found) {
      found = this.collected.definitionsIn(definers[kind]).filter((one) => one.kind === kind);
      this.definitionsByKind.set(kind, found);
    }
    return found;
  }

  /** All references to names of a kind. */
  referencesTo(kind: NameKind): readonly Reference[] {
    if (kind === "macro") {
      note(atEverything);
      this.macroReferences ??= this.config.macroUses.map(macroReference);
      return this.macroReferences;
    }
    note(atReferences[kind]);
    let found = this.referencesByKind.get(kind);
    if (!found) {
      found = this.collected.referencesIn(nameUsers[kind]).filter((one) => one.kind === kind);
      this.referencesByKind.set(kind, found);
    }
    return found;
  }

  /** The references of a statement to names of a kind, but for macros. */
  referencesIn(statement: Statement, kind: NameKind): readonly Reference[] {
    return collectNames([statement], this.config.isEdited).references.filter((one) => one.kind === kind);
  }

  /** The names of a kind that are defined somewhere. */
  namesOf(kind: NameKind): readonly string[] {
    return this.definitionsOfKind(kind).map(({ name }) => name);
  }

  /** The name of a kind of which another is most likely a slip. */
  nearestName(kind: NameKind, name: string): string | undefined {
    note(atDefinitions[kind]);
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
