import { readdirSync, readFileSync, statSync } from "node:fs";
import { sep } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("recipes/", import.meta.url));

/** The files of the recipes by recipe and path, as `smtpdlint init RECIPE` writes them. */
export function readRecipes() {
  const recipes = {};
  for (const file of readdirSync(folder, { recursive: true }).sort()) {
    if (!statSync(folder + file).isFile()) continue;
    const [name, ...path] = file.split(sep);
    recipes[name] = { ...recipes[name], [path.join("/")]: readFileSync(folder + file, "utf8") };
  }
  return recipes;
}
