import {
  isReserved,
  type Listen,
  originOf,
  type SingleValue,
  type Span,
  type TableExpression,
  type Text,
} from "@smtpdlint/grammar";
import {
  type Definition,
  isUsable,
  type Model,
  oncePer,
  quote,
  type TableUse,
  tableUsers,
  tableUses,
  writeText,
} from "@smtpdlint/model";
import type { Fix, RelatedPlace } from "../../diagnostic.ts";
import { rewrite } from "../../edits.ts";

/** A word in place of a table that has the name of one: most likely it lacks the brackets, or has quotes around them. */
export interface BareTable {
  readonly use: TableUse;
  readonly text: Text;
  /** The table's name. */
  readonly name: string;
  /** What smtpd makes of the text. */
  readonly instead: string;
  /** What a finding says besides. */
  readonly mending: {
    readonly help: string;
    readonly related: readonly RelatedPlace[];
    readonly fixes: readonly Fix[];
  };
}

/** All names of tables without brackets, by where they stand. */
class BareTables {
  private readonly byPlace = new Map<string, BareTable>();

  constructor(model: Model) {
    if (model.symbols.definitionsOfKind("table").length === 0) return;
    let referred: ReadonlySet<string> | undefined;
    const isReferred = (name: string) => {
      referred ??= new Set(model.symbols.referencesTo("table").map(({ name }) => name));
      return referred.has(name);
    };
    for (const statement of model.statementsOf(...tableUsers)) {
      if (statement.broken || !tableUses(originOf(statement), model.target).some(isSingle)) continue;
      for (const use of tableUses(statement, model.target)) {
        const found = findBareTable(use, model, isReferred);
        if (found) this.byPlace.set(keyOf(found.text.span), found);
      }
    }
  }

  get all(): Iterable<BareTable> {
    return this.byPlace.values();
  }

  at(span: Span): BareTable | undefined {
    return this.byPlace.get(keyOf(span));
  }
}

/** Those of a configuration; several rules ask for them. */
export const bareTablesOf = oncePer((model: Model) => new BareTables(model));

const keyOf = ({ file, start }: Span) => `${file}:${start}`;

/** The table that a listener asks for, where it lacks its brackets. */
export function bareTableOf(listener: Listen, table: TableExpression, model: Model): BareTable | undefined {
  const use = tableUses(listener, model.target).find((item) => item.table.span.start === table.span.start);
  return use && findBareTable(use, model, () => false);
}

const isSingle = ({ asRead }: TableUse) => asRead.kind === "single-value";

function findBareTable(use: TableUse, model: Model, isReferred: (name: string) => boolean): BareTable | undefined {
  const { statement } = use;
  if (use.asRead.kind !== "single-value" || use.asRead.text.faulty) return undefined;
  const { value } = use.asRead.text;
  const inBrackets = /^<(.+)>$/.exec(value)?.[1];
  const name = inBrackets ?? value;
  const definition = model.symbols.definitionsOf("table", name).find((item) => item.statement.index < statement.index);
  if (!definition || !isWanted(definition, use, model)) return undefined;
  const certainty = inBrackets || statement.kind === "listen" ? "table" : certaintyOf(use, name, model);
  if (certainty === "value" || (certainty === "either" && isReferred(name))) return undefined;
  const written = writeText(name, isReserved(name, model.target));
  const { text } = use.table as SingleValue;
  return {
    use,
    text,
    name,
    instead: inBrackets ? `in quotes ${quote(text.value)} is text` : "without '<' and '>' smtpd uses the word itself",
    mending: {
      help: `write <${written ?? "NAME"}>`,
      related: [{ span: definition.node.span, message: "the table is declared here" }],
      fixes: written === undefined ? [] : rewrite(model, text.span, `<${written}>`, certainty === "table"),
    },
  };
}

/** True if smtpd would take the table there. */
function isWanted({ statement }: Definition, use: TableUse, model: Model): boolean {
  if (statement.kind !== "table" || statement.broken) return false;
  const { kind, usersOnly } = model.tables.declared(statement);
  return isUsable(kind, usersOnly, use);
}

/** What a word can be in a place besides a table: in some only that, in some a value as well, and in some a value like any other. */
function certaintyOf({ place, kinds }: TableUse, word: string, { symbols }: Model): "table" | "either" | "value" {
  if (kinds && !kinds.includes("list")) return "table";
  switch (place) {
    case "src":
    case "from src":
    case "filter src":
      return "table";
    case "for domain":
    case "from rdns":
    case "helo":
    case "filter rdns":
    case "filter helo":
      // The name of a host without a dot is rare, and a table may well be called like a domain.
      return word.includes(".") || word === "localhost" ? "value" : place === "for domain" ? "table" : "either";
    case "tag":
      return symbols.definitionsOf("tag", word.toLowerCase()).length > 0 ? "value" : "either";
    default:
      return "either";
  }
}
