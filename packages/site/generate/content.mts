import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { output, withOutputs } from "./cli.mts";
import { includedPages, routesOf } from "./included-pages.mts";
import { base, converted, withPlaygroundLinks } from "./markdown.mts";
import { ruleIndex, rulePages, ruleRoutes } from "./rule-pages.mts";
import { section } from "./sections.mts";

/**
 * Writes the pages of the site into a folder that VitePress reads: those of
 * `content/`, and what the repository says elsewhere. Nothing is said twice:
 * commands, guides and rules have their texts where they always were.
 */
const root = new URL("../../../", import.meta.url);
const site = new URL("../", import.meta.url);
export const target = new URL(".generated/", site);

const ruleLink = (id: string): string => {
  const route = [...ruleRoutes.values()].find((one) => one.endsWith(`/${id}`));
  if (!route) throw new Error(`there is no rule ${id}`);
  return route;
};

/** Writes everything anew. */
export async function writeContent(): Promise<void> {
  rmSync(target, { recursive: true, force: true });
  const routes = new Map([...routesOf(includedPages), ...ruleRoutes]);
  const picture = (path: string) => {
    const name = basename(path);
    mkdirSync(new URL("public/pictures/", target), { recursive: true });
    copyFileSync(new URL(path, root), new URL(`public/pictures/${name}`, target));
    return `/pictures/${name}`;
  };
  const conversion = { routes, picture };
  for (const { route, title, menu, source, sections } of includedPages) {
    const text = readFileSync(new URL(source, root), "utf8");
    const chosen = sections?.map(
      (name, index) => `${index === 0 ? `# ${title}` : `## ${name}`}\n${section(text, name)}`,
    );
    const drawing = (configuration: string) => {
      const name = `pictures/${basename(route)}.svg`;
      write(`public/${name}`, output("smtpdlint graph --no-config --format svg -", configuration));
      return `/${name}`;
    };
    const drawn = menu === "Cookbook" && { drawing };
    write(`${route}.md`, await converted(chosen?.join("\n\n") ?? text, { ...conversion, ...drawn, source }));
  }
  for (const [route, text] of await rulePages(conversion)) write(`${route}.md`, text);
  write("rules/index.md", ruleIndex());
  write(
    "commands/help.md",
    `# All commands and options\n\n\`\`\`console\n$ smtpdlint --help\n${output("smtpdlint --help")}\`\`\`\n`,
  );
  for (const name of readdirSync(new URL("content/", site))) {
    const text = readFileSync(new URL(`content/${name}`, site), "utf8");
    write(name, await ownPage(text));
  }
  cpSync(new URL("public/", site), new URL("public/", target), { recursive: true });
}

/** A page that is written for the site: `rule:ID` links to a rule, and an `example` block shows a file of the examples. */
async function ownPage(text: string): Promise<string> {
  const page = withOutputs(text)
    .replace(/^```example\n(.*)\n```$/gm, (_, name: string) => {
      const file = readFileSync(new URL(`packages/cli/example/${name}`, root), "utf8");
      return `\`\`\`smtpd\n${file}\`\`\``;
    })
    .replace(/\]\(rule:([\w-]+)\)/g, (_, id: string) => `](${ruleLink(id)})`)
    .replace(/\[([^\]]+)\]\(playground:\)/g, `<a target="_self" href="${base}playground/index.html">$1</a>`);
  return withPlaygroundLinks(page);
}

function write(name: string, text: string): void {
  const path = fileURLToPath(new URL(name, target));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
