import type { Definition } from "@smtpdlint/model";
import type { View } from "./view.ts";

/** The definitions whose names have the letters of the query in them, in order. */
export function workspaceSymbols({ model }: Pick<View, "model">, query: string): Definition[] {
  const letters = [...query.toLowerCase()];
  const fits = (name: string) => {
    let at = -1;
    return letters.every((letter) => {
      at = name.indexOf(letter, at + 1);
      return at !== -1;
    });
  };
  return model.symbols.definitions.filter(({ name, node }) => fits(name.toLowerCase()) && !node.macro);
}
