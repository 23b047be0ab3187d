import {
  type Config,
  partIn,
  type Release,
  type SourceFile,
  type Statement,
  type Table,
  type TableExpression,
} from "@smtpdlint/grammar";
import { atHost, note } from "../looks.ts";
import type { SourceReader } from "../source-reader.ts";
import type { Symbols } from "../symbols/symbols.ts";
import type { AnonymousTables } from "./anonymous-tables.ts";
import { TableFile } from "./table-file.ts";
import { builtinTable, declaredTable, inlineInfo, isBuiltinTable, type TableInfo, tableInfo } from "./table-info.ts";
import { Keys, keysOf } from "./table-keys.ts";

/** What the tables of a configuration hold. Reads their files at once, each one time. */
export class Tables {
  private readonly byStatement = new Map<Table, TableInfo>();
  private readonly keys = new Map<TableInfo | TableExpression, Keys | undefined>();

  constructor(
    config: Config,
    private readonly target: Release,
    readSource: SourceReader,
    private readonly anonymousTables: AnonymousTables,
    private readonly symbols: Pick<Symbols, "definitionsOf">,
  ) {
    const tableFiles = new Map<SourceFile, TableFile>();
    const readTable = (path: string) => {
      const source = readSource(path);
      if (typeof source === "string") return source;
      const file = tableFiles.get(source) ?? new TableFile(source, target);
      tableFiles.set(source, file);
      return file;
    };
    for (const statement of config.statements) {
      if (statement.kind === "table") this.byStatement.set(statement, declaredTable(statement, readTable, readSource));
    }
  }

  /** What is known of the table that an expression stands for. */
  of(expression: TableExpression): TableInfo {
    if (expression.kind !== "table-reference") return inlineInfo(expression);
    const name = expression.name?.value;
    if (name === undefined || expression.name?.faulty) return tableInfo("unknown");
    const builtin = builtinTable(name, this.target);
    if (builtin) return builtin;
    const anonymous = this.anonymousTables.find(name, undefined, expression.name);
    if (anonymous) return this.of(anonymous);
    const definition = this.symbols.definitionsOf("table", name)[0];
    return definition ? this.declared(definition.statement as Table) : tableInfo("unknown");
  }

  /** The same for an expression as it was read in a statement, which may have moved since. */
  in(statement: Statement, asRead: TableExpression): TableInfo {
    // What is declared elsewhere does not depend on where it is used, but what smtpd counts does.
    const name = asRead.kind === "table-reference" ? asRead.name?.value : undefined;
    return this.of(name === undefined || name.startsWith("<") ? partIn(statement, asRead) : asRead);
  }

  /** True if smtpd itself has a table of this name before the end of `user`: one of its own, or one that it has counted. */
  isOfSmtpd(name: string, user: Statement): boolean {
    return isBuiltinTable(name) || this.anonymousTables.find(name, user) !== undefined;
  }

  /** What is known of a declared table. */
  declared(table: Table): TableInfo {
    // The rest is in its file.
    note(atHost);
    return this.byStatement.get(table) ?? tableInfo("unknown");
  }

  /** The keys of the table that an expression stands for; undefined if they are not known. */
  keysOf(expression: TableExpression): Keys | undefined {
    return this.keysOnce(expression, this.of(expression));
  }

  /** The same for an expression as it was read in a statement, which may have moved since. */
  keysIn(statement: Statement, asRead: TableExpression): Keys | undefined {
    return this.keysOnce(asRead, this.in(statement, asRead));
  }

  private keysOnce(expression: TableExpression, info: TableInfo): Keys | undefined {
    // Of a table without a name the information is made anew each time.
    const identity = expression.kind === "table-reference" ? info : expression;
    if (!this.keys.has(identity)) {
      const keys = keysOf(info);
      this.keys.set(identity, keys && new Keys(keys));
    }
    return this.keys.get(identity);
  }
}
