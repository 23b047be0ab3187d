import { readFileSync, writeFileSync } from "node:fs";
import { releases } from "@smtpdlint/grammar";
import { ruleCategories, rules, severityNames } from "@smtpdlint/lint";

/** Writes what the settings can be into `package.json`: the releases and the rules. */
const path = new URL("package.json", import.meta.url);
const manifest = JSON.parse(readFileSync(path, "utf8"));
const { properties } = manifest.contributes.configuration;
properties["smtpdlint.target"].enum = [null, ...releases.toReversed()];
properties["smtpdlint.target"].enumItemLabels = [`the newest (${releases.at(-1)})`, ...releases.toReversed()];
properties["smtpdlint.rules"].properties = Object.fromEntries(
  [
    ...ruleCategories.map((id) => ({ id, summary: `all rules of the category ${id}` })),
    ...rules.map(({ meta: { id, summary } }) => ({ id, summary })).sort((a, b) => (a.id < b.id ? -1 : 1)),
  ].map(({ id, summary }) => [id, { description: summary, enum: severityNames }]),
);
writeFileSync(path, `${JSON.stringify(manifest, undefined, 2)}\n`);
