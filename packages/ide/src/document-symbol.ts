import { type Listen, type Match, originOf, partIn, type Span, type Statement, type Text } from "@smtpdlint/grammar";
import { oncePer } from "@smtpdlint/model";
import type { View } from "./view.ts";

/** An entry of the outline. */
export interface DocumentSymbol {
  readonly name: string;
  readonly detail: string;
  readonly kind: Statement["kind"];
  readonly span: Span;
  /** What to put the cursor on; within `span`. */
  readonly selection: Span;
}

/** The outline of the document: its statements, in order. */
export function documentSymbols({ model, file }: View): DocumentSymbol[] {
  const symbols: DocumentSymbol[] = [];
  for (const statement of model.config.statements) {
    // An edit elsewhere changes only the place.
    const named = statement.span.file === file ? nameAsRead(originOf(statement)) : undefined;
    if (!named) continue;
    const { name, detail = "" } = named;
    const { kind, span } = statement;
    const at = named.at && partIn(statement, named.at.span);
    const within = at && at.file === file && at.start >= span.start && at.end <= span.end;
    symbols.push({ name, detail, kind, span, selection: within ? at : span });
  }
  return symbols;
}

interface Named {
  readonly name: string;
  readonly detail?: string;
  readonly at: Text | undefined;
}

/** How a statement is called in a list, by the statement as it was read. */
export const nameAsRead = oncePer(nameOf);

function nameOf(statement: Statement): Named | undefined {
  switch (statement.kind) {
    case "unknown":
      return undefined;
    case "match":
      return { name: ruleOf(statement), at: undefined };
    case "listen":
      return { name: listenerOf(statement), at: statement.interface };
    case "include":
      return { name: `include ${statement.path?.value ?? ""}`, at: statement.path };
    case "macro":
      return { name: statement.name.value, detail: statement.value?.value ?? "", at: statement.name };
    case "table":
      return { name: statement.name?.value || "table", detail: statement.source?.value ?? "", at: statement.name };
    case "action":
      return { name: statement.name?.value || "action", detail: statement.method?.word ?? "", at: statement.name };
    case "filter":
      return { name: statement.name?.value || "filter", detail: statement.form?.word ?? "", at: statement.name };
    case "proc":
      return { name: statement.name?.value || "proc", detail: statement.command?.value ?? "", at: statement.name };
    case "mda":
      if (!statement.name) return { name: ["mda", statement.setting?.word].filter(Boolean).join(" "), at: undefined };
      return { name: statement.name.value, detail: "mda wrapper", at: statement.name };
    case "pki":
    case "ca": {
      const words = "options" in statement ? statement.options.map(({ keyword }) => keyword.word) : ["cert"];
      return { name: statement.name?.value || statement.kind, detail: words.join(" "), at: statement.name };
    }
    default: {
      const setting = "setting" in statement ? statement.setting?.word : undefined;
      return { name: [statement.kind, setting].filter(Boolean).join(" "), at: undefined };
    }
  }
}

/** `from any for domain <d> → in` */
export function ruleOf({ conditions, outcome, action }: Match): string {
  const words = conditions.map(({ negation, keyword, subject, regex, table }) => {
    const written =
      table?.kind === "table-reference"
        ? `<${table.name?.value || "…"}>`
        : table?.kind === "single-value"
          ? table.text.value
          : table && "{…}";
    return [negation && "!", keyword.word, subject?.word, regex?.word, written].filter(Boolean).join(" ");
  });
  const end = outcome?.word === "reject" ? "reject" : (action?.value ?? "…");
  return `${words.join(" ") || "match"} → ${end}`;
}

export function listenerOf({ interface: address, socket, options }: Listen): string {
  const port = options.find(({ keyword }) => keyword.word === "port")?.value;
  const shown =
    port?.kind === "number"
      ? port.text
      : port?.kind === "text"
        ? port.value
        : port?.kind === "keyword"
          ? port.word
          : "";
  return `listen on ${socket ? "socket" : (address?.value ?? "…")}${shown && ` port ${shown}`}`;
}
