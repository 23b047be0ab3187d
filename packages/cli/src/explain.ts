import { categoryMeanings, explainUnknownRule, ruleCategories, rules, ruleUrl } from "@smtpdlint/lint";
import { makeVisible, wrap } from "@smtpdlint/model";
import { Chalk, type ChalkInstance } from "chalk";
import type { Style } from "./reporters/reporter.ts";
import { UsageError } from "./usage-error.ts";

/** The page of a rule for a terminal, or plain for a pipe. */
export function explain(id: string, pages: Readonly<Record<string, string>>, style: Style): string {
  const unknown = explainUnknownRule(id);
  if (unknown) throw new UsageError(unknown);
  const category = ruleCategories.find((category) => category === id);
  if (category) return explainCategory(category, style);
  const summary = rules.find(({ meta }) => meta.id === id)?.meta.summary;
  const page = pages[id] ?? `# ${id}\n\n${summary}\n`;
  return `${render(page, style).trimEnd()}\n\n${ruleUrl(id)}\n`;
}

/** What a category means, and its rules. */
function explainCategory(category: (typeof ruleCategories)[number], style: Style): string {
  const chalk = new Chalk({ level: style.color ? 1 : 0 });
  const columns = style.columns > 0 ? Math.min(style.columns, 100) : 80;
  const own = rules.filter(({ meta }) => meta.category === category);
  const lines = own.flatMap(({ meta: { id, summary } }) => [
    "",
    chalk.bold(id),
    ...wrap(summary, columns - 2).map((line) => `  ${line}`),
  ]);
  return `${chalk.bold(category)}: ${categoryMeanings[category]}\n${lines.join("\n")}\n`;
}

const bullet = /^\s*(?:[-*]|\d+\.) /;

/** Markdown as the pages have it: headings, paragraphs, lists, fences and tables, which stay as they are. */
function render(page: string, style: Style): string {
  const chalk = new Chalk({ level: style.color ? 1 : 0 });
  const columns = style.columns > 0 ? Math.min(style.columns, 100) : 80;
  const blocks: string[] = [];
  let paragraph: string[] = [];
  let fence: string[] | undefined;
  const endParagraph = () => {
    if (paragraph.length > 0) blocks.push(renderParagraph(paragraph, columns, chalk));
    paragraph = [];
  };
  for (const line of page.split("\n")) {
    const heading = /^#+ (.*)$/.exec(line)?.[1];
    if (fence && line.startsWith("```")) {
      blocks.push(fence.join("\n"));
      fence = undefined;
    } else if (fence) fence.push(`    ${makeVisible(line.replaceAll("\t", "    "))}`.trimEnd());
    else if (line.startsWith("```")) {
      endParagraph();
      fence = [];
    } else if (heading !== undefined) {
      endParagraph();
      blocks.push(chalk.bold(heading));
    } else if (line.trim() === "") endParagraph();
    else {
      if (isItem(line)) endParagraph();
      paragraph.push(line);
    }
  }
  endParagraph();
  return blocks.reduce(
    (text, block, index) => text + (isItem(block) && isItem(blocks[index - 1]) ? "\n" : "\n\n") + block,
  );
}

const isItem = (block: string | undefined) => block !== undefined && bullet.test(block);

/** Words are wrapped, and those of an item of a list stand below each other. */
function renderParagraph(lines: readonly string[], columns: number, chalk: ChalkInstance): string {
  if (lines[0]?.startsWith("|")) return lines.join("\n");
  const mark = bullet.exec(lines[0] ?? "")?.[0] ?? "";
  const text = lines
    .map((line) => line.trim())
    .join(" ")
    .slice(mark.trimStart().length)
    // The page of another rule is a command away.
    .replace(/\[([^\]]+)\]\([^)\s]*?([\w-]+)\.md(?:#[^)]*)?\)/g, "$1 (smtpdlint explain $2)")
    .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, "$1 ($2)")
    .replace(/^_(.*)_$/, "$1");
  const wrapped = wrap(text, columns - mark.length).join(`\n${" ".repeat(mark.length)}`);
  return mark + wrapped.replace(/`([^`]+)`/g, (_, code: string) => chalk.bold(chalk.level > 0 ? code : `\`${code}\``));
}
