import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";

export const recipeFolder = fileURLToPath(new URL("../../packages/cli/recipes/", import.meta.url));

const filesOf = (name: string) =>
  (readdirSync(join(recipeFolder, name), { recursive: true }) as string[])
    .filter((path) => statSync(join(recipeFolder, name, path)).isFile())
    .sort();

/** The files of each recipe by their paths, by its name, as the bundle holds them. */
export const recipes: Readonly<Record<string, Readonly<Record<string, string>>>> = Object.fromEntries(
  readdirSync(recipeFolder).map((name) => [
    name,
    Object.fromEntries(
      filesOf(name).map((path) => [path.split(sep).join("/"), readFileSync(join(recipeFolder, name, path), "utf8")]),
    ),
  ]),
);
