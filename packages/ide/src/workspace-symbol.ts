import { originOf, type Span, type Statement } from "@smtpdlint/grammar";
import type { NameKind } from "@smtpdlint/model";
import { nameAsRead } from "./document-symbol.ts";
import type { View } from "./view.ts";

/** A name, a listener or a match rule of the configuration. */
export interface WorkspaceSymbol {
  readonly name: string;
  readonly kind: NameKind | Statement["kind"];
  readonly span: Span;
}

/** What has the letters of the query in its name, in order: definitions first, then listeners and match rules. */
export function workspaceSymbols({ model }: Pick<View, "model">, query: string): WorkspaceSymbol[] {
  const letters = [...query.toLowerCase()];
  const fits = (name: string) => {
    const text = name.toLowerCase();
    let at = -1;
    return letters.every((letter) => {
      at = text.indexOf(letter, at + 1);
      return at !== -1;
    });
  };
  const definitions = model.symbols.definitions.filter(({ name, node }) => fits(name) && !node.macro);
  const statements = model.statementsOf("listen", "match").flatMap((statement): WorkspaceSymbol[] => {
    const { name } = nameAsRead(originOf(statement)) ?? {};
    return name !== undefined && fits(name) ? [{ name, kind: statement.kind, span: statement.span }] : [];
  });
  return [...definitions.map(({ name, kind, node }) => ({ name, kind, span: node.span })), ...statements];
}
