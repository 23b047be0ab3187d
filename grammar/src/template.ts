/**
 * Templates from which smtpd.conf is made: of Jinja, Go, Mustache and
 * Handlebars (`{{ … }}`, `{% … %}`), of ERB and EPP (`<% … %>`, lines with `%`),
 * of the shell (`${…}`, `$(…)`). What stands there is replaced, character by
 * character, by what the lexer can read: places stay where they are.
 */

/**
 * Stands for what a template engine puts in, which is not known. Half a
 * surrogate pair, which no file in UTF-8 can hold; the lexer takes it for a letter.
 */
export const PLACEHOLDER = "\udbff";
export const PLACEHOLDER_CODE = 0xdbff;

/** A file that a template engine is to read before smtpd does. */
export interface Template {
  /** As long as the file's text. Placeholders stand for expressions, and blanks for tags and the engine's comments. */
  readonly text: string;
  /** The first place that makes the file a template. */
  readonly first: Range;
  /** Tags and comments of the engine, by their place. */
  readonly tags: readonly Range[];
  /** What depends on a condition of the template's. */
  readonly branches: readonly Branch[];
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** One branch of an `if`; of one group, no two stand in the file together. */
interface Branch extends Range {
  readonly group: number;
  readonly alternative: number;
}

interface Construct extends Range {
  readonly family: "braces" | "erb" | "shell";
  readonly kind: "expression" | "tag" | "comment";
  /** What stands between the marks. */
  readonly inner: string;
}

/** By its name, a file is a template whatever its text looks like. */
const templateName = /\.(?:j2|jinja2?|erb|epp|(?:go)?tmpl|tpl|mustache|hbs|handlebars|mako|in|template)$/i;

/** True if a file's name says that it is a template: nobody expects smtpd to read it. */
export const isTemplateName = (path: string): boolean => templateName.test(path);

const mayBeTemplate = /\{[{%#]|<%|\$[{(]|^[ \t]*%/m;

/**
 * Reads a text as a template; undefined if it is none. One is what has a
 * placeholder in a statement, where smtpd can read none; in quotes, which can
 * hold anything, it counts only in a file with a template's name.
 */
export function readTemplate(path: string, text: string): Template | undefined {
  if (!mayBeTemplate.test(text)) return undefined;
  const telling = [...constructs(text, isTemplateName(path) ? "comments" : "comments and quotes")];
  const first = telling[0];
  if (!first) return undefined;
  const families = new Set(telling.map(({ family }) => family));
  const all = [...constructs(text, "nothing")].filter(({ family }) => families.has(family));
  const { branches, unread } = findBranches(text, all);
  const replaced = [
    ...all.map(({ start, end, kind }) => ({ start, end, by: kind === "expression" ? PLACEHOLDER : " " })),
    ...unread.map((range) => ({ ...range, by: " " })),
  ];
  const units = text.split("");
  for (const { start, end, by } of replaced) units.fill(by, start, end);
  const tags = all.filter(({ kind }) => kind !== "expression").map(({ start, end }) => ({ start, end }));
  return { text: units.join(""), first: { start: first.start, end: first.end }, tags, branches };
}

/** True if a tag stands between two places. */
export function hasTagWithin({ tags }: Template, start: number, end: number): boolean {
  let low = 0;
  let high = tags.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tags[middle] as Range).start < start) low = middle + 1;
    else high = middle;
  }
  return (tags[low]?.start ?? Number.POSITIVE_INFINITY) < end;
}

/** True if two places are in different branches of one `if`. */
export function areAlternatives({ branches }: Template, one: number, other: number): boolean {
  const isIn = (at: number) => (branch: Branch) => branch.start <= at && at < branch.end;
  const ofOther = branches.filter(isIn(other));
  return branches
    .filter(isIn(one))
    .some(({ group, alternative }) => ofOther.some((it) => it.group === group && it.alternative !== alternative));
}

const opening = /["'#]|\{\{\{?|\{%|\{#|<%(?!\{)|(?<![^\s{},<>!=()"'])\$[{(]|(?<=(?:^|(?:^|[^\\])\n)[ \t]*)%(?!%)/g;

const endings: Readonly<Record<string, string>> = {
  "{{{": "}}}",
  "{{": "}}",
  "{%": "%}",
  "{#": "#}",
  "<%": "%>",
  "${": "}",
  "$(": ")",
};

/** What an engine would replace, in order; what is left out counts as text. */
function* constructs(text: string, leftOut: "comments and quotes" | "comments" | "nothing"): Generator<Construct> {
  // From there on an ending was looked for in vain.
  const inVain = new Map<string, number>();
  const find = (ending: string, from: number) => {
    if (from >= (inVain.get(ending) ?? Number.POSITIVE_INFINITY)) return -1;
    const at = text.indexOf(ending, from);
    if (at === -1) inVain.set(ending, from);
    return at;
  };
  const nul = text.indexOf("\0");
  const pattern = new RegExp(opening);
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const { 0: mark, index: start } = match;
    const behind = start + mark.length;
    if (nul !== -1 && start > nul && leftOut !== "nothing") return;
    if (mark === "#") {
      if (leftOut !== "nothing") pattern.lastIndex = endOfComment(text, behind);
    } else if (mark === '"' || mark === "'") {
      if (leftOut === "comments and quotes") pattern.lastIndex = endOfQuote(text, behind, mark);
    } else if (mark.endsWith("%") && mark !== "{%" && mark !== "<%") {
      const end = find("\n", behind);
      const inner = text.slice(behind, end === -1 ? text.length : end);
      pattern.lastIndex = behind + inner.length;
      yield { start, end: pattern.lastIndex, family: "erb", kind: "tag", inner };
    } else {
      const ending = endings[mark] as string;
      const at = find(ending, behind);
      if (at === -1 || (mark.startsWith("$") && text.slice(behind, at).includes("\n"))) continue;
      // Behind a word `{#` may be a brace and a comment.
      if (mark === "{#" && leftOut !== "nothing" && !startsLine(text, start)) continue;
      const inner = text.slice(behind, at);
      const end = at + ending.length;
      pattern.lastIndex = end;
      yield { start, end, inner, ...natureOf(mark, inner) };
    }
  }
}

const startsLine = (text: string, at: number) => /^[ \t]*$/.test(text.slice(text.lastIndexOf("\n", at - 1) + 1, at));

/** The end of the line, continuation lines included. */
function endOfComment(text: string, from: number): number {
  let end = text.indexOf("\n", from);
  while (end !== -1 && text[end - 1] === "\\") end = text.indexOf("\n", end + 1);
  return end === -1 ? text.length : end;
}

/** Behind the quote that closes; of one that is never closed, behind the one that opens. */
function endOfQuote(text: string, from: number, quote: string): number {
  let end = text.indexOf(quote, from);
  while (end !== -1 && text[end - 1] === "\\") end = text.indexOf(quote, end + 1);
  return end === -1 ? from : end + 1;
}

function natureOf(mark: string, inner: string): Pick<Construct, "family" | "kind"> {
  if (mark.startsWith("$")) return { family: "shell", kind: "expression" };
  if (mark === "<%") {
    return { family: "erb", kind: inner.startsWith("=") ? "expression" : inner.startsWith("#") ? "comment" : "tag" };
  }
  if (mark === "{%") return { family: "braces", kind: "tag" };
  if (mark === "{#" || /^-?\s*(?:!|\/\*)/.test(inner)) return { family: "braces", kind: "comment" };
  const isTag = /^-?\s*(?:[#^/]|(?:if|else|end|range|with|define|block)\b)/.test(inner);
  return { family: "braces", kind: isTag ? "tag" : "expression" };
}

const opens =
  /^[-~]?\s*(?:(?:if|unless|for|foreach|each|with|range|while|case|block|macro|filter|call|define)\b|[#^])|(?:\bdo|\{)\s*(?:\|[^|]*\|)?\s*-?$/;
const closes = /^[-~]?\s*(?:end\w*\b|\/|\}\s*-?$)/;
const alternates = /^[-~]?\s*(?:\}\s*)?(?:else|elif|elsif|elseif|when)\b/;

/** The branches of conditions; of those on one line, all but the first are not read. */
function findBranches(text: string, all: readonly Construct[]): { branches: Branch[]; unread: Range[] } {
  const branches: Branch[] = [];
  const unread: Range[] = [];
  /** The group of a Mustache section, for the one that stands in its place. */
  const sections = new Map<string, number>();
  let groups = 0;
  const open: { group: number; alternative: number; start: number; own: Branch[] }[] = [];
  for (const { kind, inner, start, end } of all) {
    if (kind !== "tag") continue;
    const top = open.at(-1);
    if (top && alternates.test(inner)) {
      top.own.push({ group: top.group, alternative: top.alternative, start: top.start, end: start });
      top.alternative++;
      top.start = end;
    } else if (top && closes.test(inner)) {
      top.own.push({ group: top.group, alternative: top.alternative, start: top.start, end: start });
      branches.push(...top.own);
      const first = top.own[0] as Branch;
      if (!text.slice(first.start, start).includes("\n")) unread.push(...top.own.slice(1));
      open.pop();
    } else if (opens.test(inner)) {
      const [, sign, name = ""] = /^\s*([#^])\s*(.*?)\s*$/.exec(inner) ?? [];
      const known = sign ? sections.get(name) : undefined;
      const group = known ?? groups++;
      if (sign) sections.set(name, group);
      open.push({ group, alternative: sign === "^" ? 1 : 0, start: end, own: [] });
    }
  }
  return { branches, unread };
}
