import { posix } from "node:path";
import { encodeProject, type Project } from "../src/playground/share.ts";

/** Where a file of the repository is to be read if the site has no page of it. */
const repository = "https://github.com/smtpdlint/smtpdlint";

/** The folder in which the site will stand, with a slash at its end. */
export const base = process.env.SMTPDLINT_SITE_BASE ?? "/";

/** What a page of the repository is turned into a page of the site with. */
export interface Conversion {
  /** The file that the text is from, from the root of the repository. */
  readonly source: string;
  /** The route of each file that is a page: `docs/a.md` is `/guides/a`; with `#heading` that of a part. */
  readonly routes: ReadonlyMap<string, string>;
  /** Called with each picture that the text shows, from the root; returns its route. */
  picture(path: string): string;
  /** Called with the configuration below each drawing in Mermaid, which browsers do not show; returns the route of a picture. */
  drawing?(configuration: string): string;
}

/** Text of the repository as VitePress reads it: links lead to pages, nothing is taken for HTML, examples open in the playground. */
export const converted = (text: string, conversion: Conversion): Promise<string> =>
  changed(text.replace(/<!--[\s\S]*?-->\n*/g, ""), (part) => prose(part, conversion), conversion.drawing);

/** A page with a link to the playground below each configuration. */
export const withPlaygroundLinks = (page: string): Promise<string> => changed(page, (part) => part);

async function changed(text: string, change: (prose: string) => string, draw?: Conversion["drawing"]): Promise<string> {
  const parts = text.split(/(^```[^\n]*\n[\s\S]*?^```$)/gm);
  const shown: string[] = [];
  for (const [index, part] of parts.entries()) {
    const rest = parts.slice(index + 1);
    if (index % 2 === 0) shown.push(change(part));
    else if (draw && part.startsWith("```mermaid\n"))
      shown.push(`![The way of the mail](${draw(configurationIn(rest))})`);
    else shown.push(await fence(part, rest));
  }
  return shown.join("");
}

function prose(text: string, conversion: Conversion): string {
  return text
    .split(/(`+[^`]+`+)/)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(/<(https?:[^>\s]+)>/g, "[$1]($1)")))
    .map((part, index) => (index % 2 === 1 ? part : part.replace(/</g, "&lt;").replaceAll("{{", "&#123;&#123;")))
    .join("")
    .replace(/(!?)\]\(([^)\s]+)\)/g, (_, mark: string, target: string) => `${mark}](${link(target, conversion)})`)
    .replace(/!\[([^\]]*)\]\(([^)]+)\)/g, (_, alt: string, path: string) =>
      /^https?:/.test(path) ? `[${alt}](${path})` : `![${alt}](${conversion.picture(inRepository(path, conversion))})`,
    );
}

/** What a link of a page of the repository is on the site. */
function link(target: string, conversion: Conversion): string {
  if (/^https?:|^mailto:|^\//.test(target)) return target;
  const { routes, source } = conversion;
  const [path = "", heading] = target.split("#");
  const file = path === "" ? source : inRepository(path, conversion);
  const part = heading === undefined ? undefined : routes.get(`${file}#${heading}`);
  if (part !== undefined) return part;
  if (path === "") return target;
  if (/\.(?:svg|png)$/.test(file)) return path;
  const route = routes.get(file);
  if (route !== undefined) return heading === undefined ? route : `${route}#${heading}`;
  return `${repository}/${/\.\w+$/.test(file) ? "blob" : "tree"}/main/${target.includes("#") ? `${file}#${heading}` : file}`;
}

const inRepository = (path: string, { source }: Conversion) => posix.join(posix.dirname(source), path);

/** The languages of fences that the highlighter knows by another name. */
const languages: Readonly<Record<string, string>> = { "smtpd.conf": "smtpd", elisp: "lisp", make: "makefile" };

async function fence(block: string, rest: readonly string[]): Promise<string> {
  const [, info = "", text = ""] = /^```([^\n]*)\n([\s\S]*?)^```$/m.exec(block) ?? [];
  const [language = "", ...options] = info.split(" ");
  const [path] = language === "text" && options[0]?.startsWith("/") ? options : [];
  const highlighted = path?.endsWith(".test") ? "smtpd-test" : path?.endsWith(".conf") ? "smtpd" : undefined;
  const name = highlighted ?? languages[language] ?? (language || "text");
  const shown = `\`\`\`${name}\n${text}\`\`\``;
  const isConfiguration = ["smtpd", "smtpd.conf"].includes(language) && !options.includes("on-host");
  if (!isConfiguration) return shown;
  const target = options.find((option) => option.startsWith("target="))?.slice("target=".length);
  const project: Project = {
    files: { "smtpd.conf": text, ...filesIn(rest) },
    ...(target && { target }),
    ...(isMigrated(rest) && { legacy: text, view: "migrate" }),
  };
  return `${shown}\n\n${await playgroundLink(project)}`;
}

/** True if the first command behind a configuration translates it. */
function isMigrated(rest: readonly string[]): boolean {
  const next = rest.find((part) => /^```(?:smtpd|console)/.test(part));
  return next?.includes("\n$ smtpdlint migrate ") === true;
}

/** The first configuration of a page. */
function configurationIn(parts: readonly string[]): string {
  const found = parts.find((part) => part.startsWith("```smtpd\n"));
  if (!found) throw new Error("a drawing without a configuration below it");
  return found.replace(/^.*\n|```$/g, "");
}

/** The files that stand behind a configuration, as far as a mail host has them beside it. */
function filesIn(rest: readonly string[]): Record<string, string> {
  const files: Record<string, string> = {};
  for (const part of rest) {
    if (/^```smtpd(?:\.conf)?(?: |$)/m.test(part)) break;
    const [, path, text = ""] = /^```text \/(?:etc\/mail\/)?([\w.-]+)(?: [^\n]*)?\n([\s\S]*?)^```$/m.exec(part) ?? [];
    if (path && path !== "smtpd.conf" && !/\.json$|^(?:passwd|new\.smtpd\.conf)$/.test(path)) files[path] = text;
  }
  return files;
}

/** A link that opens files in the playground. */
async function playgroundLink(project: Project): Promise<string> {
  const fragment = await encodeProject(project);
  return `<a class="try" target="_self" href="${base}playground/index.html#${fragment}">Open in the playground</a>`;
}
