import type { Span, TableExpression, Text } from "@smtpdlint/grammar";
import type { Model } from "./model.ts";
import { splitSource } from "./tables/table-info.ts";
import { tableUses } from "./tables/table-use.ts";

/** A secret, and the file that it stands in. */
export interface Secret {
  /** What it is, in words. */
  readonly noun: string;
  readonly path: string;
  /** What keeps it from other users: root reads the configuration, smtpd's group reads tables again. */
  readonly mode: "600" | "640";
  /** Where it stands; if in a table's file, where that is declared. */
  readonly span: Span;
}

/** Keys, and tables of names and passwords, that the configuration holds or points to. */
export function secretsOf(model: Model): Secret[] {
  const secrets: Secret[] = [];
  const addText = (noun: string, text: Text | undefined) => {
    if (!text || text.faulty) return;
    // What came from a macro stands in the macro's definition, or on smtpd's command line.
    const span = text.macro ? text.macro.definition : text.span;
    if (!span) return;
    secrets.push({ noun, path: model.sources.fileOf(span).path, mode: "600", span });
  };
  for (const statement of model.config.statements) {
    if (statement.kind === "queue" && statement.setting?.word === "encryption" && !isPrompt(statement.value)) {
      addText("the key of the queue", statement.value);
    }
    if (statement.kind === "srs" && statement.setting?.word === "key") addText("the key of srs", statement.value);
    if (statement.kind !== "action" && statement.kind !== "listen") continue;
    for (const { place, table } of tableUses(statement, model.target)) {
      if (place === "auth" || place === "auth-optional") addTable(table);
    }
  }
  return secrets;

  function addTable(expression: TableExpression): void {
    const { entries, declaration, file, kind } = model.tables.of(expression);
    const noun = "a table of passwords";
    if (entries) addText(noun, entries.find(({ value }) => value)?.value);
    else if (declaration?.source && (file?.kind === "mapping" || kind === "dynamic")) {
      const { backend, path } = splitSource(declaration.source.value);
      if (path && ["static", "file", "db"].includes(backend))
        secrets.push({ noun, path, mode: "640", span: declaration.source.span });
    }
  }
}

/** `queue encryption stdin` asks for the key. */
const isPrompt = (text: Text | undefined) => text !== undefined && /^(stdin|-)$/i.test(text.value);
