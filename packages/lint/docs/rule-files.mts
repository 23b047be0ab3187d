import { readdirSync } from "node:fs";

/** A lint rule, by the folder of its subject: `match/open-relay` is `match/open-relay.{ts,md,txt}`. */
export interface RuleFile {
  readonly id: string;
  readonly subject: string;
}

/** Where the folders of the subjects stand. */
export const rulesFolder = new URL("../src/rules/", import.meta.url);

/** All lint rules, in alphabetical order of their ids. */
export function ruleFiles(): RuleFile[] {
  return readdirSync(rulesFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "shared")
    .flatMap(({ name: subject }) =>
      readdirSync(new URL(`${subject}/`, rulesFolder))
        .filter((name) => name.endsWith(".ts"))
        .map((name) => ({ id: name.slice(0, -3), subject })),
    )
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** A file of a lint rule: its code, its page or its cases. */
export const ruleFile = ({ id, subject }: RuleFile, extension: "ts" | "md" | "txt"): URL =>
  new URL(`${subject}/${id}.${extension}`, rulesFolder);
