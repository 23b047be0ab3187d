import {
  type Action,
  type Config,
  type Filter,
  isAtLeast,
  type Match,
  type Release,
  type Statement,
} from "@smtpdlint/grammar";
import { groupBy } from "../group-by.ts";
import type { Sources } from "../sources.ts";
import type { AnonymousTables } from "../tables/anonymous-tables.ts";
import { isBuiltinTable } from "../tables/table-info.ts";
import { Candidates } from "../text/nearest.ts";
import { canonicalName, collectNames, type Definition, type NameKind, type Reference } from "./names.ts";

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

/** The names of a configuration: where they are defined and used, and what smtpd finds under them. */
export class Symbols {
  readonly definitions: readonly Definition[];
  readonly references: readonly Reference[];
  private readonly definitionsByKind: ReadonlyMap<NameKind, readonly Definition[]>;
  private readonly names = new Map<NameKind, ReadonlyMap<string, readonly Definition[]>>();
  private readonly referencesByKind: ReadonlyMap<NameKind, readonly Reference[]>;
  private readonly candidates = new Map<NameKind, Candidates>();

  constructor(
    config: Config,
    private readonly target: Release,
    private readonly anonymousTables: AnonymousTables,
    private readonly sources: Pick<Sources, "isIncompleteAt">,
  ) {
    const { definitions, references } = collectNames(config);
    this.definitions = definitions;
    this.references = references;
    this.referencesByKind = groupBy(references, ({ kind }) => kind);
    const nameOf = ({ name }: Definition) => name;
    this.definitionsByKind = groupBy(definitions, ({ kind }) => kind);
    for (const [kind, ofKind] of this.definitionsByKind) {
      this.names.set(kind, groupBy(ofKind, nameOf));
    }
  }

  /** All definitions of a name, in order of declaration. */
  definitionsOf(kind: NameKind, name: string): readonly Definition[] {
    return this.byName(kind).get(canonicalName(kind, name)) ?? none;
  }

  /** All definitions of a kind by the names that smtpd finds them by, in order of declaration. */
  byName(kind: NameKind): ReadonlyMap<string, readonly Definition[]> {
    return this.names.get(kind) ?? noNames;
  }

  /** All definitions of a kind, in order of declaration. */
  definitionsOfKind(kind: NameKind): readonly Definition[] {
    return this.definitionsByKind.get(kind) ?? none;
  }

  /** All references to names of a kind. */
  referencesTo(kind: NameKind): readonly Reference[] {
    return this.referencesByKind.get(kind) ?? [];
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
  resolve({ kind, name, span, statement, faulty }: Reference): Resolution {
    if (faulty) return { outcome: "unknown" };
    if (kind === "table" && (isBuiltinTable(name) || this.anonymousTables.find(name, statement, span))) {
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
  actionOf({ outcome, action }: Match): Action | undefined {
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

const none: readonly Definition[] = [];
const noNames: ReadonlyMap<string, readonly Definition[]> = new Map();
