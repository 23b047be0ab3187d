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

/** What can be had without the rest of its package. Before the packages: the first name that fits counts. */
const parts = {
  "@smtpdlint/lint/picture": "lint/src/mail-flow/picture.ts",
};

/** The sources of each package by its name, for bundlers and tests that do not want it built first. */
export const sources = Object.fromEntries(
  [...Object.entries(parts), ...Object.entries(folders).map(([name, folder]) => [name, `${folder}/src/index.ts`])].map(
    ([name, path]) => [name, fileURLToPath(new URL(path, import.meta.url))],
  ),
);
