import type { Statement, Table } from "@smtpdlint/grammar";
import { lineColumn, lineStarts } from "@smtpdlint/grammar";
import { type Model, makeVisible, type TableInfo, tableUses } from "@smtpdlint/model";
import { listenerOf, ruleOf } from "../document-symbol.ts";

/** A place of the configuration at which smtpd looks something up in a file. */
export interface FileUse {
  /** As `TableUse` names it: `alias`, `for domain`. */
  readonly place: string;
  /** What smtpd wants the table to be there; undefined where it does not check. */
  readonly kinds: readonly ("list" | "mapping")[] | undefined;
  readonly statement: Statement;
}

/** True if a table has its entries in the file with this `FileId`, or what tells its backend where they are. */
export const holds = ({ file, configuration }: TableInfo, id: number): boolean =>
  file?.source.id === id || configuration?.id === id;

/** The statements that declare a file as a table. */
export const declarationsOf = ({ config, tables }: Model, id: number): Table[] =>
  config.statements.filter(
    (statement): statement is Table => statement.kind === "table" && holds(tables.declared(statement), id),
  );

/** What smtpd reads a file for, in the order of the configuration. */
export function usesOf({ config, tables, target }: Model, id: number): FileUse[] {
  return config.statements.flatMap((statement) =>
    tableUses(statement, target)
      .filter(({ table }) => table.kind === "table-reference" && holds(tables.of(table), id))
      .map(({ place, kinds }) => ({ place, kinds, statement })),
  );
}

/** True for passwords: of users who log in at a listener, or of a relay. */
export const isCredentials = ({ place, statement }: FileUse): boolean =>
  (statement.kind === "listen" && place.startsWith("auth")) || (statement.kind === "action" && place === "auth");

const ofActions: Readonly<Record<string, string>> = {
  alias: "aliases",
  virtual: "virtual users",
  userbase: "users, their ids and directories",
  "helo-src": "names for HELO by source address",
  src: "source addresses",
  host: "relays",
  domain: "relays by domain",
  auth: "credentials by label",
};

const ofListeners: Readonly<Record<string, string>> = {
  auth: "credentials",
  "auth-optional": "credentials",
  senders: "addresses that each user may send as",
  hostnames: "host names by address",
};

/** Who reads a table as what: `aliases of the action 'local', line 5`. */
export function useText({ place, statement }: FileUse, model: Model): string {
  return `${useOf(place, statement)}, ${lineText(model, statement)}`;
}

function useOf(place: string, statement: Statement): string {
  switch (statement.kind) {
    case "action":
      return `${ofActions[place] ?? place} of the action '${makeVisible(statement.name?.value ?? "")}'`;
    case "listen":
      return `${ofListeners[place] ?? place} of '${makeVisible(listenerOf(statement))}'`;
    case "match":
      return `'${place}' of the rule '${makeVisible(ruleOf(statement))}'`;
    case "filter":
      return `'${place.replace("filter ", "")}' of the filter '${makeVisible(statement.name?.value ?? "")}'`;
    default:
      return place;
  }
}

/** `line 5`, with the name of an included file. */
export function lineText({ sources, nameOf }: Model, { span }: Pick<Statement, "span">): string {
  const { text, path, id } = sources.fileOf(span);
  const { line } = lineColumn(lineStarts(text), span.start);
  const name = nameOf(path).replace(/^.*\//s, "");
  return id === 0 ? `line ${line}` : `${makeVisible(name)} line ${line}`;
}
