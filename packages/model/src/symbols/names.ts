import type {
  Action,
  Chain,
  Config,
  Filter,
  Listen,
  MacroUse,
  Match,
  Span,
  Statement,
  TableExpression,
  Text,
} from "@smtpdlint/grammar";

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

/** Collects what the statements define and refer to. */
export function collectNames(config: Config): Names {
  const definitions: Definition[] = [];
  const references: Reference[] = [];

  const define = (kind: NameKind, node: Text | undefined, statement: Statement) => {
    if (node && !node.faulty) definitions.push({ kind, name: canonicalName(kind, node.value), node, statement });
  };
  const refer = (kind: NameKind, node: Text | undefined, statement: Statement) => {
    if (node) references.push({ kind, name: node.value, span: node.span, statement, faulty: node.faulty });
  };
  const referTable = (table: TableExpression | undefined, statement: Statement) => {
    if (table?.kind === "table-reference") refer("table", table.name, statement);
  };
  const referFilter = (value: Text | Chain, statement: Statement) => {
    for (const name of value.kind === "chain" ? value.filters : [value]) refer("filter", name, statement);
  };

  const ofAction = (statement: Action) => {
    for (const { keyword, value } of statement.options) {
      if (!value || value.kind === "number" || value.kind === "keyword") continue;
      if (value.kind === "chain") referFilter(value, statement);
      else if (value.kind !== "text") referTable(value, statement);
      else if (keyword.word === "filter") referFilter(value, statement);
      else if (keyword.word === "pki" || keyword.word === "ca" || keyword.word === "wrapper") {
        refer(keyword.word, value, statement);
      }
    }
    define("action", statement.name, statement);
  };
  const ofListen = (statement: Listen) => {
    for (const { keyword, value } of statement.options) {
      if (!value || value.kind === "number" || value.kind === "keyword") continue;
      if (value.kind === "chain") referFilter(value, statement);
      else if (value.kind !== "text") referTable(value, statement);
      else if (keyword.word === "filter") referFilter(value, statement);
      else if (keyword.word === "pki" || keyword.word === "ca") refer(keyword.word, value, statement);
      else if (keyword.word === "tag") define("tag", value, statement);
    }
  };
  const ofMatch = (statement: Match) => {
    for (const { keyword, regex, table } of statement.conditions) {
      referTable(table, statement);
      if (keyword.word !== "tag" || regex) continue;
      if (table?.kind === "single-value") refer("tag", table.text, statement);
      if (table?.kind === "inline-table") for (const { key } of table.entries) refer("tag", key, statement);
    }
    refer("action", statement.action, statement);
  };
  const ofFilter = (statement: Filter) => {
    refer("proc", statement.proc, statement);
    referTable(statement.condition?.table, statement);
    if (statement.chain) referFilter(statement.chain, statement);
    define("filter", statement.name, statement);
    if (statement.form?.word === "proc-exec") define("proc", statement.name, statement);
  };

  for (const statement of config.statements) {
    switch (statement.kind) {
      case "action":
        ofAction(statement);
        break;
      case "listen":
        ofListen(statement);
        break;
      case "match":
        ofMatch(statement);
        break;
      case "filter":
        ofFilter(statement);
        break;
      case "mda":
        define("wrapper", statement.name, statement);
        break;
      case "macro":
      case "table":
      case "proc":
      case "pki":
      case "ca":
        define(statement.kind, statement.name, statement);
        break;
    }
  }
  return { definitions, references: [...references, ...config.macroUses.map(macroReference)] };
}

/** parse.y keeps pki and ca names in lower case. */
export function canonicalName(kind: NameKind, name: string): string {
  return kind === "pki" || kind === "ca" ? name.toLowerCase() : name;
}

function macroReference({ name, reference }: MacroUse): Reference {
  return { kind: "macro", name, span: reference, statement: undefined, faulty: false };
}
