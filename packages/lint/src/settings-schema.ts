import { releases } from "@smtpdlint/grammar";
import { ruleCategories, severityNames, thresholds } from "./config.ts";
import { longestPattern, uselessPatterns } from "./patterns.ts";
import { defaultSeverity } from "./rule.ts";
import { rules } from "./rules/index.ts";

/** What is used here of JSON Schema. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly default?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}

const pattern: JsonSchema = {
  type: "string",
  minLength: 1,
  maxLength: longestPattern,
  not: { anyOf: uselessPatterns.map(([{ source }]) => ({ pattern: source })) },
};
const patterns: JsonSchema = { type: "array", items: { $ref: "#/definitions/pattern" } };

const severities: JsonSchema = {
  description: "Severities by the id of a rule, or by a category for all of its rules; that of a rule wins.",
  type: "object",
  additionalProperties: false,
  properties: Object.fromEntries([
    ...ruleCategories.map((category) => [
      category,
      { description: `all rules of the category ${category}`, enum: severityNames },
    ]),
    ...rules.map(({ meta }) => [
      meta.id,
      { description: meta.summary, enum: severityNames, default: defaultSeverity(meta) },
    ]),
  ]),
};

/** What can also be set for some files only. */
const fileSettings = {
  target: { description: "The release of OpenSMTPD that will read the file.", enum: releases },
  root: {
    description:
      "The folder that stands for /: includes and tables with absolute paths are read there, and nothing outside it. Relative to this file; each * stands for one folder, such as that of a host: hosts/*.",
    type: "string",
    minLength: 1,
    not: { pattern: "\\*\\*" },
  },
  rules: { $ref: "#/definitions/rules" },
};

/** The JSON schema of `.smtpdlintrc.json`, by which editors complete and check it. */
export const settingsSchema: JsonSchema & { readonly definitions: Readonly<Record<string, JsonSchema>> } = {
  $schema: "http://json-schema.org/draft-07/schema#",
  $id: "https://raw.githubusercontent.com/smtpdlint/smtpdlint/main/packages/cli/schema/smtpdlintrc.schema.json",
  title: "Configuration of smtpdlint",
  type: "object",
  additionalProperties: false,
  properties: {
    $schema: { type: "string" },
    extends: {
      description: "Configuration files to start from, relative to this one; what is set here wins.",
      anyOf: [
        { type: "string", minLength: 1 },
        { type: "array", items: { type: "string", minLength: 1 } },
      ],
    },
    ...fileSettings,
    exclude: {
      description:
        "Files that are skipped when a folder is searched; patterns as in .gitignore, seen from this folder.",
      ...patterns,
    },
    "fail-on": {
      description:
        "Findings of this severity or a higher one make the run fail; by default errors, and warnings about security.",
      enum: thresholds,
    },
    overrides: {
      description: "Settings for some files only; later ones win.",
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["files"],
        properties: {
          files: { description: "Patterns as in .gitignore, seen from this folder.", ...patterns, minItems: 1 },
          ...fileSettings,
        },
      },
    },
  },
  definitions: { rules: severities, pattern },
};

/** The schema at a path of keys and indices; undefined for what is unknown. */
export function schemaAt(path: readonly (string | number)[]): JsonSchema | undefined {
  let schema: JsonSchema | undefined = settingsSchema;
  for (const step of path) {
    schema = typeof step === "number" ? schema?.items : schema?.properties?.[step];
    const name: string | undefined = /^#\/definitions\/(.*)$/.exec(String(schema?.$ref))?.[1];
    if (name !== undefined) schema = settingsSchema.definitions[name];
  }
  return schema;
}
