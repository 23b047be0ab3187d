import { readRecipes } from "../../packages/cli/read-recipes.mjs";

/** The files of each recipe by their paths, by its name, as the bundle holds them. */
export const recipes = readRecipes();
