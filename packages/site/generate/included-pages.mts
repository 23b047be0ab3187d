import { readdirSync, readFileSync } from "node:fs";
import { anchor, headingsBetween } from "./sections.mts";

const root = new URL("../../../", import.meta.url);

/** A page of the site that shows files of the repository, or parts of the README. */
export interface IncludedPage {
  /** Without `.md`, from the root of the site. */
  readonly route: string;
  readonly title: string;
  /** Which part of the menu it stands in. */
  readonly menu: "Start" | "Commands" | "Guides" | "Reference" | "Cookbook" | "In use";
  /** From the root of the repository. */
  readonly source: string;
  /** Headings of the source, whose parts make the page; undefined for all of it. */
  readonly sections?: readonly string[];
}

const readme = (route: string, title: string, menu: IncludedPage["menu"], sections: readonly string[]) => ({
  route,
  title,
  menu,
  source: "README.md",
  sections,
});

const page = (route: string, title: string, menu: IncludedPage["menu"], source: string) => ({
  route,
  title,
  menu,
  source,
});

/** The first heading of a page as a menu has it: without "A" before it. */
function headingOf(text: string): string {
  const words = (/^# (.+)$/m.exec(text)?.[1] ?? "").replace(/^A /, "");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The pages of a folder. */
function pagesIn(folder: string, route: string, menu: IncludedPage["menu"]): IncludedPage[] {
  const names = readdirSync(new URL(folder, root)).filter((name) => name.endsWith(".md"));
  return names.map((name) => {
    const isIndex = name === "README.md";
    return {
      route: `${route}/${isIndex ? "index" : name.replace(/\.md$/, "")}`,
      title: isIndex ? "Overview" : headingOf(readFileSync(new URL(`${folder}/${name}`, root), "utf8")),
      menu,
      source: `${folder}/${name}`,
    };
  });
}

/** In the order of the menus. */
const knownPages: readonly IncludedPage[] = [
  readme("install", "Install", "Start", ["Install it", "Try it"]),
  readme("commands/lint", "Lint", "Commands", ["Use it", "What a finding means"]),
  readme("commands/fix", "Fix", "Commands", ["Fixes"]),
  readme("commands/fmt", "Format", "Commands", ["Format it"]),
  readme("commands/trace", "Trace a message", "Commands", ["Trace a message"]),
  readme("commands/test", "Test a mail policy", "Commands", ["Test a mail policy"]),
  readme("commands/graph", "See the mail flow", "Commands", ["See the mail flow"]),
  readme("commands/diff", "See what a change does to mail", "Commands", ["See what a change does to mail"]),
  ...pagesIn("docs", "guides", "Guides"),
  ...pagesIn("docs/cookbook", "cookbook", "Cookbook"),
  readme("configuration", "Configuration", "In use", ["Configuration"]),
  page("ci", "CI", "In use", "packages/cli/docs/ci.md"),
  page("editors", "Editors", "In use", "packages/server/README.md"),
  page("vs-code", "Visual Studio Code", "In use", "packages/vscode/README.md"),
  readme("json", "JSON", "Reference", ["JSON"]),
  page("library", "Library", "Reference", "packages/analysis/README.md"),
  page("changes", "Changes", "Reference", "CHANGELOG.md"),
  readme("guarantees", "How it is verified", "Reference", ["What is guaranteed, and how it is tested"]),
];

/** What the README says of its use elsewhere on the site, as pages of their own. */
const elsewhere: ReadonlyMap<string, string> = new Map([
  ["In CI, and before a reload", "/ci"],
  ["In editors", "/editors"],
]);

/** What the README has besides: a command that is new there has its page here. */
function newCommands(): IncludedPage[] {
  const text = readFileSync(new URL("README.md", root), "utf8");
  const shown = new Set([...knownPages.flatMap(({ sections = [] }) => sections), ...elsewhere.keys()]);
  return headingsBetween(text, 3, "Use it", "The repository")
    .filter((title) => !shown.has(title))
    .map((title) => readme(`commands/${anchor(title)}`, title, "Commands", [title]));
}

/** In the order of the menus. */
export const includedPages: readonly IncludedPage[] = [...knownPages, ...newCommands()];

/** Where links to files of the repository, and to headings of the README, lead on the site. */
export function routesOf(pages: readonly IncludedPage[]): Map<string, string> {
  const routes = new Map<string, string>([
    ["README.md", "/"],
    ["packages/lint/src/rules/README.md", "/rules/"],
    ["packages/cli/man/smtpdlint.1", "/commands/help"],
    ["docs", "/guides/test-your-mail-policy"],
    ...[...elsewhere].map(([title, route]) => [`README.md#${anchor(title)}`, route] as const),
  ]);
  for (const { route, source, sections } of pages) {
    const place = `/${route.replace(/(?:^|\/)index$/, "/")}`;
    if (!sections) routes.set(source, place).set(source.replace(/\/README\.md$/, ""), place);
    for (const [index, title] of (sections ?? []).entries()) {
      routes.set(`${source}#${anchor(title)}`, index === 0 ? place : `${place}#${anchor(title)}`);
    }
  }
  return routes;
}
