import {
  type Action,
  type Chain,
  type Filter,
  type Listen,
  type MacroUse,
  type Match,
  originOf,
  partIn,
  type Span,
  type Statement,
  type TableExpression,
  type Text,
} from "@smtpdlint/grammar";
import { oncePer } from "../once-per.ts";

/** The name spaces of smtpd.conf. A tag is defined by the listeners that set it. */
export type NameKind = "macro" | "table" | "action" | "filter" | "proc" | "wrapper" | "pki" | "ca" | "tag";

/** A place where a name is defined. */
export interface Definition {
  readonly kind: NameKind;
  /** The name by which smtpd finds it: a pki's and a ca's in lower case. */
  readonly name: string;
  /** The name where it is written. */
  readonly node: Text;
  readonly statement: Statement;
}

/** A place where a name is used. */
export interface Reference {
  readonly kind: NameKind;
  readonly name: string;
  /** The name where it is written; of a macro, the `$name`. */
  readonly span: Span;
  /** Undefined for a macro, which no statement need hold. */
  readonly statement: Statement | undefined;
  /** True if the name is not known, because an undefined macro stands there. */
  readonly faulty: boolean;
}

export interface Names {
  /** In order of declaration. */
  readonly definitions: readonly Definition[];
  readonly references: readonly Reference[];
}

export type StatementKinds = readonly Statement["kind"][];

/** What the statements of a configuration define and refer to, but for the macros in them; collected for the kinds that somebody asks for. */
export class CollectedNames {
  private readonly known = new Map<Statement["kind"], Names>();

  /** `isEdited` as of the configuration: then most statements are known from before. */
  constructor(
    private readonly statementsOf: (kind: Statement["kind"]) => readonly Statement[],
    private readonly isEdited: boolean,
  ) {}

  /** In order of declaration. */
  definitionsIn(kinds: StatementKinds): readonly Definition[] {
    return inOrder(kinds.map((kind) => this.of(kind).definitions));
  }

  referencesIn(kinds: StatementKinds): readonly Reference[] {
    return inOrder(kinds.map((kind) => this.of(kind).references));
  }

  private of(kind: Statement["kind"]): Names {
    let names = this.known.get(kind);
    if (!names) {
      names = collectNames(this.statementsOf(kind), this.isEdited);
      this.known.set(kind, names);
    }
    return names;
  }
}

/** What statements define and refer to, but for the macros in them. */
export function collectNames(statements: readonly Statement[], isEdited: boolean): Names {
  const names = new Collector();
  for (const statement of statements) {
    if (isEdited) names.addKnown(statement);
    else names.read(statement);
  }
  return names;
}

function inOrder<T extends Definition | Reference>(lists: readonly (readonly T[])[]): readonly T[] {
  const index = ({ statement }: T) => statement?.index ?? 0;
  return lists.length === 1 ? (lists[0] as readonly T[]) : lists.flat().sort((one, other) => index(one) - index(other));
}

/** What a statement defines and refers to, but for the macros in it. */
export function namesIn(statement: Statement): Names {
  const names = new Collector();
  names.read(statement);
  return names;
}

/** Of a statement as it was read, so that one that has moved since need not work its parts out. */
const namesAsRead = oncePer(namesIn);

class Collector implements Names {
  readonly definitions: Definition[] = [];
  readonly references: Reference[] = [];

  /** Adds the names of a statement without reading it again. */
  addKnown(statement: Statement): void {
    const origin = originOf(statement);
    const hasMoved = origin !== statement;
    const { definitions, references } = namesAsRead(origin);
    for (const definition of definitions) {
      this.definitions.push(hasMoved ? new MovedDefinition(definition, statement) : definition);
    }
    for (const reference of references) {
      this.references.push(hasMoved ? new MovedReference(reference, statement) : reference);
    }
  }

  read(statement: Statement): void {
    switch (statement.kind) {
      case "action":
        this.ofAction(statement);
        break;
      case "listen":
        this.ofListen(statement);
        break;
      case "match":
        this.ofMatch(statement);
        break;
      case "filter":
        this.ofFilter(statement);
        break;
      case "mda":
        this.define("wrapper", statement.name, statement);
        break;
      case "macro":
      case "table":
      case "proc":
      case "pki":
      case "ca":
        this.define(statement.kind, statement.name, statement);
        break;
    }
  }

  private ofAction(statement: Action): void {
    for (const { keyword, value } of statement.options) {
      if (!value || value.kind === "number" || value.kind === "keyword") continue;
      if (value.kind === "chain") this.referFilter(value, statement);
      else if (value.kind !== "text") this.referTable(value, statement);
      else if (keyword.word === "filter") this.referFilter(value, statement);
      else if (keyword.word === "pki" || keyword.word === "ca" || keyword.word === "wrapper") {
        this.refer(keyword.word, value, statement);
      }
    }
    this.define("action", statement.name, statement);
  }

  private ofListen(statement: Listen): void {
    for (const { keyword, value } of statement.options) {
      if (!value || value.kind === "number" || value.kind === "keyword") continue;
      if (value.kind === "chain") this.referFilter(value, statement);
      else if (value.kind !== "text") this.referTable(value, statement);
      else if (keyword.word === "filter") this.referFilter(value, statement);
      else if (keyword.word === "pki" || keyword.word === "ca") this.refer(keyword.word, value, statement);
      else if (keyword.word === "tag") this.define("tag", value, statement);
    }
  }

  private ofMatch(statement: Match): void {
    for (const { keyword, regex, table } of statement.conditions) {
      this.referTable(table, statement);
      if (keyword.word !== "tag" || regex) continue;
      if (table?.kind === "single-value") this.refer("tag", table.text, statement);
      if (table?.kind === "inline-table") for (const { key } of table.entries) this.refer("tag", key, statement);
    }
    this.refer("action", statement.action, statement);
  }

  private ofFilter(statement: Filter): void {
    this.refer("proc", statement.proc, statement);
    this.referTable(statement.condition?.table, statement);
    if (statement.chain) this.referFilter(statement.chain, statement);
    this.define("filter", statement.name, statement);
    if (statement.form?.word === "proc-exec") this.define("proc", statement.name, statement);
  }

  private define(kind: NameKind, node: Text | undefined, statement: Statement): void {
    if (!node || node.faulty) return;
    this.definitions.push({ kind, name: canonicalName(kind, node.value), node, statement });
  }

  private refer(kind: NameKind, node: Text | undefined, statement: Statement): void {
    if (!node) return;
    this.references.push({ kind, name: node.value, span: node.span, statement, faulty: node.faulty });
  }

  private referTable(table: TableExpression | undefined, statement: Statement): void {
    if (table?.kind === "table-reference") this.refer("table", table.name, statement);
  }

  private referFilter(value: Text | Chain, statement: Statement): void {
    for (const name of value.kind === "chain" ? value.filters : [value]) this.refer("filter", name, statement);
  }
}

/** A definition in a statement that has moved since it was read; few are asked where they stand. */
class MovedDefinition implements Definition {
  readonly kind: NameKind;
  readonly name: string;
  private ownNode: Text | undefined;

  constructor(
    private readonly asRead: Definition,
    readonly statement: Statement,
  ) {
    this.kind = asRead.kind;
    this.name = asRead.name;
  }

  get node(): Text {
    this.ownNode ??= partIn(this.statement, this.asRead.node);
    return this.ownNode;
  }
}

/** A reference in a statement that has moved since it was read. */
class MovedReference implements Reference {
  readonly kind: NameKind;
  readonly name: string;
  readonly faulty: boolean;
  private ownSpan: Span | undefined;

  constructor(
    private readonly asRead: Reference,
    readonly statement: Statement,
  ) {
    this.kind = asRead.kind;
    this.name = asRead.name;
    this.faulty = asRead.faulty;
  }

  get span(): Span {
    this.ownSpan ??= partIn(this.statement, this.asRead.span);
    return this.ownSpan;
  }
}

/** parse.y keeps pki and ca names in lower case. */
export function canonicalName(kind: NameKind, name: string): string {
  return kind === "pki" || kind === "ca" ? name.toLowerCase() : name;
}

export function macroReference({ name, reference }: MacroUse): Reference {
  return { kind: "macro", name, span: reference, statement: undefined, faulty: false };
}
