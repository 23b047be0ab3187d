import { readFileSync } from "node:fs";
import { type RuleFile, ruleFile, ruleFiles } from "../../lint/docs/rule-files.mts";
import { type Conversion, converted } from "./markdown.mts";

const pageOf = ({ id, subject }: RuleFile) => `packages/lint/src/rules/${subject}/${id}.md`;

/** The rules by what they are about, in alphabetical order. */
export const rulesBySubject: ReadonlyMap<string, readonly RuleFile[]> = new Map(
  [...new Set(ruleFiles().map(({ subject }) => subject))]
    .sort()
    .map((subject) => [subject, ruleFiles().filter((rule) => rule.subject === subject)]),
);

/** Where the pages of the rules are on the site. */
export const ruleRoutes: ReadonlyMap<string, string> = new Map(
  ruleFiles().map((rule) => [pageOf(rule), `/rules/${rule.subject}/${rule.id}`]),
);

/** All pages of rules, by their route without `.md`. */
export async function rulePages(conversion: Omit<Conversion, "source">): Promise<Map<string, string>> {
  const pages = new Map<string, string>();
  for (const rule of ruleFiles()) {
    const text = readFileSync(ruleFile(rule, "md"), "utf8");
    const page = await converted(marked(text), { ...conversion, source: pageOf(rule) });
    pages.set(`rules/${rule.subject}/${rule.id}`, page.replace(/^%(\/?)(bad|good)$/gm, boxed));
  }
  return pages;
}

/** Tells bad examples from good ones for all to see. */
const marked = (page: string) =>
  page.replace(
    /^## (Bad|Good)\n([\s\S]*?)(?=^## |(?![\s\S]))/gm,
    (_, kind: string, examples: string) =>
      `## ${kind}\n\n%${kind.toLowerCase()}\n\n${examples.trim()}\n\n%/${kind.toLowerCase()}\n\n`,
  );

const boxed = (_: string, end: string, kind: string) => (end ? "</div>" : `<div class="example ${kind}">`);

/** The list of rules, by subject, with what each of them reports. */
export function ruleIndex(): string {
  const index = readFileSync(new URL("../../lint/src/rules/README.md", import.meta.url), "utf8");
  const rows = new Map(
    [...index.matchAll(/^\| \[([\w-]+)\][^|]*\| (\w+) \| (.*) \|$/gm)].map(([, id, ...rest]) => [id, rest]),
  );
  const categories = new Map<string, string>();
  for (const part of index.split(/^## /m).slice(1)) {
    const [category = ""] = part.split("\n");
    for (const [, id = ""] of part.matchAll(/^\| \[([\w-]+)\]/gm)) categories.set(id, category);
  }
  const lines = [
    "# Rules",
    "",
    `${ruleFiles().length} rules, by what they are about. [What the categories mean](/commands/lint#what-a-finding-means).`,
    "",
  ];
  for (const [subject, rules] of rulesBySubject) {
    lines.push(`## ${subject}`, "", "| rule | category | severity | reports |", "|---|---|---|---|");
    for (const { id } of rules) {
      const [severity = "", summary = ""] = rows.get(id) ?? [];
      lines.push(`| [${id}](/rules/${subject}/${id}) | ${categories.get(id)} | ${severity} | ${summary} |`);
    }
    lines.push("");
  }
  return lines.join("\n").replaceAll("<", "&lt;");
}
