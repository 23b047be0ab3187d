import { readdirSync, readFileSync } from "node:fs";
import { anchor } from "./sections.mts";

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

/** The pages of a folder; those in `first` come first. */
function pagesIn(
  folder: string,
  route: string,
  menu: IncludedPage["menu"],
  first: readonly string[] = [],
): IncludedPage[] {
  const names = readdirSync(new URL(folder, root)).filter((name) => name.endsWith(".md"));
  const place = (name: string) => first.indexOf(name.replace(/\.md$/, "")) + 1 || names.length + 1;
  return names
    .toSorted((one, other) => place(one) - place(other))
    .map((name) => {
      const isIndex = name === "README.md";
      const source = `${folder}/${name}`;
      return {
        route: `${route}/${isIndex ? "index" : name.replace(/\.md$/, "")}`,
        title: isIndex ? "Overview" : headingOf(readFileSync(new URL(source, root), "utf8")),
        menu,
        source,
      };
    });
}

/** In the order of the menus. */
export const includedPages: readonly IncludedPage[] = [
  { route: "install", title: "Install", menu: "Start", source: "README.md", sections: ["Install it", "Try it"] },
  ...pagesIn("docs/commands", "commands", "Commands", ["lint", "fix", "fmt", "trace", "test", "graph", "diff"]),
  ...pagesIn("docs", "guides", "Guides"),
  ...pagesIn("docs/cookbook", "cookbook", "Cookbook"),
  page("configuration", "Configuration", "In use", "docs/reference/configuration.md"),
  page("ci", "CI", "In use", "packages/cli/docs/ci.md"),
  page("editors", "Editors", "In use", "packages/server/README.md"),
  page("vs-code", "Visual Studio Code", "In use", "packages/vscode/README.md"),
  page("json", "JSON", "Reference", "docs/reference/json.md"),
  page("library", "Library", "Reference", "packages/analysis/README.md"),
  page("changes", "Changes", "Reference", "CHANGELOG.md"),
  page("guarantees", "How it is verified", "Reference", "docs/reference/guarantees.md"),
];

/** Where links to files of the repository, and to headings of the README, lead on the site. */
export function routesOf(pages: readonly IncludedPage[]): Map<string, string> {
  const routes = new Map<string, string>([
    ["README.md", "/"],
    ["packages/lint/src/rules/README.md", "/rules/"],
    ["packages/cli/man/smtpdlint.1", "/commands/help"],
    ["docs", "/guides/test-your-mail-policy"],
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
