import { fileURLToPath } from "node:url";

/** The packages below the edges, by the folders that hold them. Arrows of import go from later ones to earlier ones. */
const folders = {
  "@smtpdlint/grammar": "../grammar",
  "@smtpdlint/model": "model",
  "@smtpdlint/policy": "policy",
  "@smtpdlint/format": "format",
  "@smtpdlint/lint": "lint",
  "@smtpdlint/migrate": "migrate",
  "@smtpdlint/ide": "ide",
};

/** The sources of each package by its name, for bundlers and tests that do not want it built first. */
export const sources = Object.fromEntries(
  Object.entries(folders).map(([name, folder]) => [
    name,
    fileURLToPath(new URL(`${folder}/src/index.ts`, import.meta.url)),
  ]),
);
