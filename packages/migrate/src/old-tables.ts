import { type legacy, readTemplate, type SourceFile, type Table, type TableExpression } from "@smtpdlint/grammar";
import { type Host, TableFile } from "@smtpdlint/model";

/** An entry of a table, as written. */
export interface OldEntry {
  readonly key: string;
  readonly value: string | undefined;
}

/** What the tables of the old file hold. */
export class OldTables {
  private readonly declared = new Map<string, Table | legacy.TableMap>();
  private readonly entries = new Map<string, readonly OldEntry[] | undefined>();

  constructor(
    private readonly config: legacy.Config,
    private readonly host: Host,
  ) {
    for (const statement of config.statements) {
      if (statement.kind !== "table" && statement.kind !== "map") continue;
      if (statement.name) this.declared.set(statement.name.value, statement);
    }
  }

  /** The statement that declares a table. */
  find(name: string): Table | legacy.TableMap | undefined {
    return this.declared.get(name);
  }

  /** The entries of a table; undefined if nobody has read them. */
  of(table: TableExpression): readonly OldEntry[] | undefined {
    if (table.kind === "single-value") return [{ key: table.text.value, value: undefined }];
    if (table.kind === "inline-table") return inlineEntries(table);
    const name = table.name?.value ?? "";
    if (!this.entries.has(name)) this.entries.set(name, this.read(this.declared.get(name)));
    return this.entries.get(name);
  }

  private read(declared: Table | legacy.TableMap | undefined): readonly OldEntry[] | undefined {
    if (declared?.kind === "table" && declared.inline) return inlineEntries(declared.inline);
    const path = declared && pathOf(declared);
    if (!path) return undefined;
    const result = this.host.readFile(path, (this.config.files[0] as SourceFile).path, "table");
    if ("failure" in result || readTemplate(result.path, result.text)) return undefined;
    const source = { id: 0, path: result.path, text: result.text, includedAt: undefined, comments: [] };
    // Until 7.5 the files were read as before 6.4.
    const file = new TableFile(source, "6.8");
    return Array.from({ length: file.size }, (_, index) => ({
      key: file.key(index),
      value: file.kind === "mapping" ? file.value(index) : undefined,
    }));
  }
}

const inlineEntries = ({ entries }: Extract<TableExpression, { kind: "inline-table" }>): OldEntry[] =>
  entries.map(({ key, value }) => ({ key: key.value, value: value?.value }));

/** The file of a static table; undefined for one that a program answers. */
function pathOf(declared: Table | legacy.TableMap): string | undefined {
  if (declared.kind === "map") return declared.type.value === "db" ? undefined : declared.path.value;
  return /^(?:(?:static|file):)?(\/.*)$/.exec(declared.source?.value ?? "")?.[1];
}
