import { writeFileSync } from "node:fs";
import { releases } from "@smtpdlint/grammar";
import { defaultSeverity, rules, severityNames } from "@smtpdlint/lint";

/**
 * Writes the JSON schema of `.smtpdlintrc.json`, by which editors complete and
 * check it, from the rules and releases.
 */
const schema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  $id: "https://raw.githubusercontent.com/smtpdlint/smtpdlint/main/packages/cli/schema/smtpdlintrc.schema.json",
  title: "Configuration of smtpdlint",
  type: "object",
  additionalProperties: false,
  properties: {
    $schema: { type: "string" },
    target: { description: "The release of OpenSMTPD that will read the file.", enum: releases },
    root: {
      description: "The folder under which absolute paths are looked up, relative to this file.",
      type: "string",
      minLength: 1,
    },
    rules: {
      description: "Severities by the id of the rule.",
      type: "object",
      additionalProperties: false,
      properties: Object.fromEntries(
        rules.map(({ meta }) => [
          meta.id,
          { description: meta.summary, enum: severityNames, default: defaultSeverity(meta) },
        ]),
      ),
    },
  },
};

writeFileSync(new URL("smtpdlintrc.schema.json", import.meta.url), `${JSON.stringify(schema, undefined, 2)}\n`);
