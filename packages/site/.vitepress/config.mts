import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitepress";
import { includedPages } from "../generate/included-pages.mts";
import { base } from "../generate/markdown.mts";
import { rulesBySubject } from "../generate/rule-pages.mts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The grammar of TextMate that editors use too. */
const language = (file: string, name: string, aliases: string[]) => ({
  ...JSON.parse(readFileSync(here(`../../../grammar/textmate/${file}.tmLanguage.json`), "utf8")),
  name,
  aliases,
});

const menu = (title: (typeof includedPages)[number]["menu"]) =>
  includedPages
    .filter((page) => page.menu === title)
    .map(({ title: text, route }) => ({ text, link: `/${route.replace(/(?:^|\/)index$/, "/")}` }));

const subjects = [...rulesBySubject].map(([subject]) => ({ text: subject, link: `/rules/#${subject}` }));

const mainMenu = [
  {
    text: "Start",
    items: [
      ...menu("Start"),
      { text: "The first ten minutes", link: "/first-ten-minutes" },
      { text: "Beside smtpd -n", link: "/beside-smtpd-n" },
      { text: "Questions", link: "/questions" },
    ],
  },
  { text: "Guides", items: [...menu("Guides"), { text: "smtpd says …", link: "/smtpd-says" }] },
  { text: "Cookbook", items: menu("Cookbook") },
  { text: "Commands", items: [...menu("Commands"), { text: "All options", link: "/commands/help" }] },
  { text: "In use", items: menu("In use") },
  { text: "Reference", items: [{ text: "Rules", link: "/rules/" }, ...menu("Reference")] },
];

/** A cell of a table's head that says nothing is no heading, and a row of them is not there. */
function withoutEmptyHeadings(tokens: MarkdownToken[]): void {
  for (let start = 0; start < tokens.length; start++) {
    if (tokens[start]?.type !== "thead_open") continue;
    const end = tokens.findIndex(({ type }, index) => index > start && type === "thead_close");
    const head = tokens.slice(start, end + 1);
    if (head.every(({ type, content }) => type !== "inline" || content === "")) tokens.splice(start, head.length);
    else {
      for (const [index, token] of head.entries()) {
        if (token.type !== "th_open" || head[index + 1]?.content !== "") continue;
        for (const cell of [token, head[index + 2]]) if (cell) cell.tag = "td";
      }
    }
  }
}

interface MarkdownToken {
  readonly type: string;
  readonly content: string;
  tag: string;
}

export default defineConfig({
  base,
  lang: "en",
  title: "smtpdlint",
  description: "Finds the mistakes in smtpd.conf, the configuration of OpenSMTPD, before the mail server does.",
  srcDir: ".generated",
  outDir: "dist",
  cacheDir: "../../node_modules/.cache/vitepress",
  lastUpdated: false,
  head: [
    ["link", { rel: "icon", href: `${base}icon.svg`, type: "image/svg+xml" }],
    // Nothing is asked from anywhere else. VitePress writes two scripts into each page.
    [
      "meta",
      {
        "http-equiv": "Content-Security-Policy",
        content:
          "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'",
      },
    ],
  ],
  // The playground is no page of VitePress.
  ignoreDeadLinks: [/playground\//],
  markdown: {
    attrs: { disable: true },
    // Braces in code are text, not something for Vue.
    config: (md) => {
      const { code_inline: inline } = md.renderer.rules;
      md.renderer.rules.code_inline = (...parameters) =>
        (inline?.(...parameters) ?? "").replace(/^<code/, "<code v-pre");
      md.core.ruler.push("empty-headings", ({ tokens }) => withoutEmptyHeadings(tokens));
    },
    languages: [language("smtpd-conf", "smtpd", ["smtpd.conf"]), language("smtpd-test", "smtpd-test", [])],
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
  },
  themeConfig: {
    logo: { src: "/icon.svg", alt: "" },
    search: { provider: "local" },
    outline: { level: [2, 3] },
    nav: [
      { text: "Start", link: "/first-ten-minutes" },
      { text: "Rules", link: "/rules/" },
      { text: "smtpd says …", link: "/smtpd-says" },
      { text: "Playground", link: "/playground/index.html", target: "_self" },
    ],
    sidebar: {
      "/": mainMenu,
      // Each page holds its menu: one of all rules would be larger than the pages.
      ...Object.fromEntries(
        [...rulesBySubject].map(([subject, rules]) => [
          `/rules/${subject}/`,
          [
            { text: subject, items: rules.map(({ id }) => ({ text: id, link: `/rules/${subject}/${id}` })) },
            { text: "Rules", items: [{ text: "All rules", link: "/rules/" }, ...subjects] },
          ],
        ]),
      ),
    },
    socialLinks: [{ icon: "github", link: "https://github.com/smtpdlint/smtpdlint" }],
    footer: { message: "ISC licence. This site sets no cookies and asks nothing from other hosts." },
  },
});
