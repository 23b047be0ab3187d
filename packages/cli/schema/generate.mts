import { writeFileSync } from "node:fs";
import { releases, testVocabulary as words } from "@smtpdlint/grammar";
import { defaultSeverity, ruleCategories, rules, severityNames, thresholds } from "@smtpdlint/lint";

const patterns = { type: "array", items: { type: "string", minLength: 1 } };

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
  rules: {
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
  },
};

/** The JSON schema of `.smtpdlintrc.json`, by which editors complete and check it. */
const settings = {
  $schema: "http://json-schema.org/draft-07/schema#",
  $id: "https://raw.githubusercontent.com/smtpdlint/smtpdlint/main/packages/cli/schema/smtpdlintrc.schema.json",
  title: "Configuration of smtpdlint",
  type: "object",
  additionalProperties: false,
  properties: {
    $schema: { type: "string" },
    extends: {
      description: "Configuration files to start from, relative to this one; what is set here wins.",
      anyOf: [{ type: "string", minLength: 1 }, patterns],
    },
    target: fileSettings.target,
    root: fileSettings.root,
    rules: { $ref: "#/definitions/rules" },
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
          target: fileSettings.target,
          root: fileSettings.root,
          rules: { $ref: "#/definitions/rules" },
        },
      },
    },
  },
  definitions: { rules: fileSettings.rules },
};

const text = { type: ["string", "number"] };
const list = { anyOf: [text, { type: "array", items: text, minItems: 1 }] };
const all = (words: readonly string[], schema: unknown) => Object.fromEntries(words.map((word) => [word, schema]));
const object = (properties: Readonly<Record<string, unknown>>, required: readonly string[] = []) => ({
  type: "object",
  additionalProperties: false,
  ...(required.length > 0 && { required }),
  properties,
});
const verdicts = [...words.plainVerdicts, ...words.destinationVerdicts, ...words.refusalVerdicts];

/** The JSON schema of `smtpd.test.json`. */
const tests = {
  $schema: "http://json-schema.org/draft-07/schema#",
  $id: "https://raw.githubusercontent.com/smtpdlint/smtpdlint/main/packages/cli/schema/policy-tests.schema.json",
  title: "Policy tests of smtpdlint, as smtpd.test has them",
  ...object({
    $schema: { type: "string" },
    settings: object({
      ...all(words.listSettings, list),
      ...all(words.valueSettings, text),
      assume: {
        description: "What programs answer, by the names of their filters.",
        type: "object",
        additionalProperties: {
          anyOf: [{ enum: words.filterAnswers }, { ...object(all(words.filterAnswers, text)), maxProperties: 1 }],
        },
      },
      define: { description: "Macros, as smtpd -D.", type: "object", additionalProperties: text },
    }),
    groups: {
      type: "array",
      items: object({ name: { type: "string" }, cases: { type: "array", items: { $ref: "#/definitions/case" } } }),
    },
  }),
  definitions: {
    case: object(
      {
        ...all(words.listConditions, list),
        ...all(words.valueConditions, text),
        ...all(words.flagConditions, { type: "boolean" }),
        expect: { description: "All of these.", $ref: "#/definitions/outcomes" },
        never: { description: "Of no message that the conditions allow.", enum: ["relay", "accept"] },
        always: { description: "Of all messages that the conditions allow.", enum: ["reject"] },
        maybe: { description: "The answer need not be certain.", type: "boolean" },
        exactly: { description: "Nothing else may become of the message.", type: "boolean" },
      },
      ["to"],
    ),
    outcomes: {
      anyOf: [
        { $ref: "#/definitions/outcome" },
        { type: "array", items: { $ref: "#/definitions/outcome" }, minItems: 1 },
      ],
    },
    outcome: {
      anyOf: [
        { enum: verdicts },
        object({
          not: { description: "It is not so.", type: "boolean" },
          ...all(words.plainVerdicts, { const: true }),
          ...all(words.destinationVerdicts, { anyOf: [{ const: true }, text] }),
          ...all(words.refusalVerdicts, {
            description: "The code, the enhanced code, a text of the reply; each may be left out.",
            anyOf: [{ const: true }, list],
          }),
          ...all(words.modifiers, text),
        }),
      ],
    },
  },
};

for (const [name, schema] of Object.entries({ smtpdlintrc: settings, "policy-tests": tests })) {
  writeFileSync(new URL(`${name}.schema.json`, import.meta.url), `${JSON.stringify(schema, undefined, 2)}\n`);
}
