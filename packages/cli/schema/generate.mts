import { writeFileSync } from "node:fs";
import { testVocabulary as words } from "@smtpdlint/grammar";
import { settingsSchema } from "@smtpdlint/lint";

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

for (const [name, schema] of Object.entries({ smtpdlintrc: settingsSchema, "policy-tests": tests })) {
  writeFileSync(new URL(`${name}.schema.json`, import.meta.url), `${JSON.stringify(schema, undefined, 2)}\n`);
}
