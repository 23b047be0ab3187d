import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { type RuleFile, ruleFile, ruleFiles } from "./rule-files.mts";

/** `npm run new-rule SUBJECT ID`: the three files of a lint rule, with placeholders that fail until they are filled. */
const [subject = "", id = ""] = process.argv.slice(2);
const subjects = [...new Set(ruleFiles().map((file) => file.subject))].sort();

const reason = !subjects.includes(subject)
  ? `unknown subject '${subject}'; use one of ${subjects.join(", ")}`
  : !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(id)
    ? `'${id}' is not a name in kebab-case, such as open-relay`
    : ruleFiles().some((file) => file.id === id)
      ? `the rule ${id} exists`
      : undefined;
if (reason) {
  console.error(`usage: npm run new-rule SUBJECT ID\n${reason}`);
  process.exit(2);
}

const code = `import { defineRule } from "../../rule.ts";

export const rule = defineRule({
  meta: {
    id: "${id}",
    category: "suspicious",
    summary: "FILL IN: what is found, in one line",
    messages: { found: "FILL IN: what is wrong with {name}" },
  },
  visit: {
    // FILL IN: the kind of node to look at, or \`model\` for the whole configuration.
    admd({ span }, { report }) {
      report({ span, message: "found", data: { name: "" }, help: "FILL IN: what to do" });
    },
  },
});
`;

const page = `# ${id}

FILL IN: one sentence that says what is found.

## Why

FILL IN: what smtpd does, and where that is decided (parse.y, smtpd.conf(5), a measurement).

## Bad

\`\`\`smtpd.conf
FILL IN
\`\`\`

## Good

\`\`\`smtpd.conf
FILL IN
\`\`\`

## How to fix

FILL IN

## When to ignore

FILL IN
`;

const cases = `=== FILL IN: where it fires
FILL IN
^^^^^^^ ${id}
=== FILL IN: where it does not
FILL IN
`;

const file: RuleFile = { id, subject };
for (const [extension, text] of [
  ["ts", code],
  ["md", page],
  ["txt", cases],
] as const) {
  const path = fileURLToPath(ruleFile(file, extension));
  if (existsSync(path)) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  console.log(path);
}
console.log("Fill them in, then: npm run generate && npm run test:fast");
