/** The files of the recipes by recipe and path, as `smtpdlint init RECIPE` writes them. */
export function readRecipes(): Readonly<Record<string, Readonly<Record<string, string>>>>;
