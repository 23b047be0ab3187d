import { releases, type Statement, type Use } from "@smtpdlint/grammar";
import { type Rule, ruleUrl } from "@smtpdlint/lint";
import { type Definition, type Model, makeVisible } from "@smtpdlint/model";

/** How completion and hover show statements and names. */

const mostLines = 8;

/** A statement as it is written, cut after some lines. */
export function excerpt(model: Model, { span }: Pick<Statement, "span">): string {
  const lines = model.sources.fileOf(span).text.slice(span.start, span.end).split(/\r?\n/);
  return lines.length > mostLines ? [...lines.slice(0, mostLines), "…"].join("\n") : lines.join("\n");
}

/** The comment right above a statement, without its marks and what it tells smtpdlint. */
export function commentAbove(model: Model, { span }: Pick<Statement, "span">): string | undefined {
  const { text } = model.sources.fileOf(span);
  const lines: string[] = [];
  let end = text.lastIndexOf("\n", span.start - 1);
  while (end > 0) {
    const start = text.lastIndexOf("\n", end - 1) + 1;
    const line = text.slice(start, end).trim();
    if (!line.startsWith("#")) break;
    if (!/^#+\s*smtpdlint\b/.test(line)) lines.push(line.replace(/^#+ ?/, ""));
    end = start - 1;
  }
  const comment = lines.reverse().join("\n").trim();
  return comment === "" ? undefined : comment;
}

/** The statement that defines a name, and what its author says about it. */
export function definitionMarkdown(model: Model, { statement }: Definition): string {
  const comment = commentAbove(model, statement);
  return [code(excerpt(model, statement)), ...(comment ? [escapeMarkdown(comment)] : [])].join("\n\n");
}

/** What a rule finds, and its page. */
export const ruleMarkdown = ({ meta: { id, category, summary } }: Rule): string =>
  `**${id}** (${category}): ${summary}\n\n[about this rule](${ruleUrl(id)})`;

/** A block of configuration, or of another language; longer fences let it hold any text. */
export function code(text: string, language = "smtpd-conf"): string {
  const longest = [...text.matchAll(/`+/g)].reduce((length, [run]) => Math.max(length, run.length), 2);
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/**
 * Words as Markdown, with no more backslashes than that needs: some editors show
 * them. The name of a table in angle brackets is code.
 */
export const escapeMarkdown = (text: string): string =>
  text.replace(/(<[^<>`\s]+>)|[\\`*[\]<~]|(?<!\w)_|_(?!\w)|(?<=^\s*)[#>]/gm, (found, name?: string) =>
    name === undefined ? `\\${found}` : `\`${name}\``,
  );

/** What the vocabulary says about a word, in one line. */
export function useText({ help, default: standard, since, until }: Use): string {
  const facts = [
    ...(standard === undefined ? [] : [`default: ${standard}`]),
    ...(since === undefined || since === releases[0] ? [] : [`since ${since}`]),
    ...(until === undefined ? [] : [`until ${until}`]),
  ];
  return facts.length === 0 ? help : `${help} (${facts.join("; ")})`;
}

/** A file by its name alone; of a revision with its path in it. */
export const fileNameOf = (path: string): string =>
  /^[a-z][a-z\d+.-]+:\//.test(path) ? safelyDecoded(path.slice(path.lastIndexOf("/") + 1)) : path;

function safelyDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A text in which Markdown finds nothing. */
export function inlineCode(text: string): string {
  const visible = makeVisible(text);
  const ticks = visible.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(0, ...ticks.map(({ length }) => length)) + 1);
  const pad = /^`|`$/.test(visible) ? " " : "";
  return `${fence}${pad}${visible}${pad}${fence}`;
}
