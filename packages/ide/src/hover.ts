import {
  childrenOf,
  isAlive,
  type Match,
  type Node,
  newestRelease,
  type Span,
  type Statement,
  type Text,
  touches,
} from "@smtpdlint/grammar";
import { rules } from "@smtpdlint/lint";
import {
  alternatives,
  conjunction,
  count,
  firstAddress,
  formatSpecifiers,
  isBuiltinTable,
  lastAddress,
  mailPort,
  mailPortHelp,
  makeVisible,
  occurrencesOf,
  parseDelay,
  parseNetwork,
  parseRelayUrl,
  parseSize,
  schemeHelp,
  symbolsAt,
} from "@smtpdlint/model";
import { readUpTo, startOfWord, useOf } from "./cursor.ts";
import { definitionMarkdown, escapeMarkdown, inlineCode, ruleMarkdown, useText } from "./describe.ts";
import { oldStatementMarkdown } from "./old-file.ts";
import type { View } from "./view.ts";

/** What an editor shows about a place. */
export interface Hover {
  readonly span: Span;
  readonly markdown: string;
}

/** What stands at `offset`: a macro, a name, a value, a word of the language, or the id of a rule in a comment. */
export function hover(view: View, offset: number): Hover | undefined {
  if (view.file >= view.model.config.files.length) return undefined;
  return (
    inComment(view, offset) ??
    ofOldStatement(view, offset) ??
    ofMacro(view, offset) ??
    ofName(view, offset) ??
    inStatement(view, offset)
  );
}

/** A statement of the language before 6.4: how it is written today. */
function ofOldStatement(view: View, offset: number): Hover | undefined {
  const found = oldStatementMarkdown(view, offset);
  return found && { span: found.edit.span, markdown: found.markdown };
}

/** A rule that a comment names. */
function inComment({ model, file }: View, offset: number): Hover | undefined {
  const source = model.sources.files[file];
  const comment = source?.comments.find((span) => touches(span, offset));
  if (!source || !comment) return undefined;
  const { text } = source;
  const start = Math.max(comment.start, startOfWord(text, offset));
  const end = offset + (/^[\w-]*/.exec(text.slice(offset, comment.end))?.[0].length ?? 0);
  const rule = rules.find(({ meta }) => meta.id === text.slice(start, end));
  if (!rule || !text.slice(comment.start, start).includes("smtpdlint")) return undefined;
  return { span: { file, start, end }, markdown: ruleMarkdown(rule) };
}

function ofMacro({ model, file }: View, offset: number): Hover | undefined {
  const use = model.config.macroUses.find(({ reference }) => reference.file === file && touches(reference, offset));
  if (!use?.definition) return undefined;
  const definition = model.symbols.definitions.find(({ statement }) => {
    const value = statement.kind === "macro" ? statement.value : undefined;
    return value?.span.file === use.definition?.file && value?.span.start === use.definition?.start;
  });
  if (definition?.statement.kind !== "macro") return undefined;
  const value = inlineCode(definition.statement.value?.value ?? "");
  return { span: use.reference, markdown: `stands for ${value}\n\n${definitionMarkdown(model, definition)}` };
}

function ofName({ model, file }: View, offset: number): Hover | undefined {
  const symbol = symbolsAt(model.symbols, file, offset).find(({ kind }) => kind !== "macro");
  if (!symbol) return undefined;
  const { kind, name, span } = symbol;
  const places = occurrencesOf(model.symbols, [symbol]);
  const defining = places.filter(({ isDefinition }) => isDefinition);
  const definitions = model.symbols
    .definitionsOfKind(kind)
    .filter(({ node }) => defining.some((place) => place.span === node.span));
  if (definitions.length === 0) {
    if (kind !== "table" || !isBuiltinTable(name)) return undefined;
    return { span, markdown: `table ${escapeMarkdown(name)}, which smtpd makes itself` };
  }
  const uses = count(places.length - defining.length, "use");
  const table = definitions[0]?.statement;
  const contents = table?.kind === "table" ? tableContents(model, table) : undefined;
  const head = `${kind} **${escapeMarkdown(makeVisible(name))}**, ${contents ? `${contents}, ` : ""}${uses}`;
  return { span, markdown: [head, ...definitions.map((item) => definitionMarkdown(model, item))].join("\n\n") };
}

/** `a list with 3 entries` */
function tableContents(model: View["model"], table: Extract<Statement, { kind: "table" }>): string | undefined {
  const { kind, entries, file } = model.tables.declared(table);
  if (kind === "none" || kind === "unknown") return undefined;
  if (kind === "dynamic") return "asked at run time";
  const size = entries?.length ?? file?.size;
  return size === undefined ? `a ${kind}` : `a ${kind} with ${size} ${size === 1 ? "entry" : "entries"}`;
}

function inStatement(view: View, offset: number): Hover | undefined {
  const { model, file } = view;
  const statement = model.config.statements.findLast(({ span }) => span.file === file && touches(span, offset));
  if (!statement) return undefined;
  const path = pathTo(statement, file, offset);
  const node = path.at(-1);
  if (node?.kind === "text" && !node.faulty) {
    const found =
      valueText(statement, path, node, view, offset) ?? fileText(statement, node, view) ?? networkText(node);
    if (found) return { span: node.span, ...found };
  }
  const isPort = path.some((one) => one.kind === "option" && one.keyword.word === "port");
  const help = node?.kind === "number" && isPort ? mailPortHelp.get(node.value) : undefined;
  if (node && help) return { span: node.span, markdown: `port ${help}` };
  return ofWord(view, statement, offset);
}

/** The nodes around a place, the outermost first. */
function pathTo(statement: Statement, file: number, offset: number): Node[] {
  const path: Node[] = [statement];
  for (;;) {
    const inner = childrenOf(path.at(-1) as Node).find(({ span }) => span.file === file && touches(span, offset));
    if (!inner) return path;
    path.push(inner);
  }
}

/** What a delay, a size, a relay, a port or a command says. */
function valueText(
  statement: Statement,
  path: readonly Node[],
  text: Text,
  { model }: View,
  offset: number,
): { readonly span?: Span; readonly markdown: string } | undefined {
  const { value, span } = text;
  const option = path.find((node) => node.kind === "option")?.keyword.word;
  const setting = "setting" in statement ? statement.setting?.word : undefined;
  if (statement.kind === "bounce" || setting === "ttl" || option === "ttl") {
    const seconds = parseDelay(value);
    return seconds === undefined ? undefined : { markdown: delayText(seconds) };
  }
  if (setting === "max-message-size") {
    const bytes = parseSize(value, model.target);
    return bytes === undefined ? undefined : { markdown: sizeText(bytes) };
  }
  if (option === "port") {
    const port = mailPort(value);
    return port === undefined ? undefined : { markdown: `port ${port}` };
  }
  if (option === "host") return relayText(value);
  const isFormat =
    (statement.kind === "action" && text === statement.argument) ||
    (statement.kind === "mda" && text === statement.command);
  return isFormat ? specifierAt(model.sources.fileOf(span).text, span, offset) : undefined;
}

/** What is in the file that an include or a table names. */
function fileText(statement: Statement, text: Text, { model }: View): { readonly markdown: string } | undefined {
  if (statement.kind === "table" && text === statement.source) {
    const contents = tableContents(model, statement);
    return contents === undefined ? undefined : { markdown: contents };
  }
  if (statement.kind !== "include" || text !== statement.path) return undefined;
  const { file } = statement;
  if (file === undefined) return { markdown: "not read here" };
  const size = model.config.statements.filter(({ span }) => span.file === file).length;
  return { markdown: `a file with ${count(size, "statement")}` };
}

/** The addresses of a network. */
function networkText({ value }: Text): { readonly markdown: string } | undefined {
  const block = value.includes("/") ? parseNetwork(value) : undefined;
  if (!block) return undefined;
  const bits = block.bytes.length * 8 - block.length;
  if (bits === 0) return { markdown: "1 address" };
  const size = bits > 32 ? `2^${bits}` : 2 ** bits;
  return { markdown: `${size} addresses, ${firstAddress(block)} to ${lastAddress(block)}` };
}

const units: readonly (readonly [seconds: number, name: string])[] = [
  [86400, "day"],
  [3600, "hour"],
  [60, "minute"],
  [1, "second"],
];

/** `1 day and 12 hours` */
export function delayText(seconds: number): string {
  const parts: string[] = [];
  let rest = seconds;
  for (const [length, name] of units) {
    const number = Math.floor(rest / length);
    rest %= length;
    if (number > 0) parts.push(count(number, name));
  }
  return conjunction(parts);
}

/** `35 MiB, 36700160 bytes` */
export function sizeText(bytes: bigint): string {
  const names = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
  const plain = `${bytes} ${bytes === 1n ? "byte" : "bytes"}`;
  if (bytes < 1024n) return plain;
  let unit = 0;
  while (unit + 1 < names.length && bytes >= 1024n ** BigInt(unit + 2)) unit++;
  const hundredths = (bytes * 100n) / 1024n ** BigInt(unit + 1);
  return `${Number(hundredths) / 100} ${names[unit]}, ${plain}`;
}

function relayText(value: string): { markdown: string } | undefined {
  const url = parseRelayUrl(value);
  if ("reason" in url) return undefined;
  const { scheme, label, host, port } = url;
  const login = label ? `\n\nlogs in with the credentials of the label ${escapeMarkdown(makeVisible(label))}` : "";
  return { markdown: `**${scheme}** to ${escapeMarkdown(host)}, port ${port}: ${schemeHelp[scheme]}${login}` };
}

function specifierAt(text: string, { file, start, end }: Span, offset: number): Hover | undefined {
  const open = text.lastIndexOf("%{", offset);
  const close = text.indexOf("}", open);
  if (open < start || close === -1 || close >= end || close + 1 < offset) return undefined;
  const name = /^[\w.]*/.exec(text.slice(open + 2, close))?.[0].toLowerCase() ?? "";
  if (!Object.hasOwn(formatSpecifiers, name)) return undefined;
  return { span: { file, start: open, end: close + 1 }, markdown: formatSpecifiers[name] as string };
}

/** A word of the language, also one that the target does not have. */
function ofWord({ model, file }: View, statement: Statement, offset: number): Hover | undefined {
  const { tokens } = readUpTo(model, file, statement.span.end, newestRelease);
  const found = tokens.find(({ span, token }) => touches(span, offset) && !token.macro && !token.quote);
  const use = found && useOf(found.token.image, found.rules);
  if (!use) return undefined;
  const notes = [
    // Some editors show this line alone.
    `${inlineCode(use.syntax)}: ${escapeMarkdown(useText(use))}`,
    ...(isAlive(use, model.target) ? [] : [`not in ${model.target}, the release that reads this file`]),
    ...(statement.kind === "match" && found === tokens[0] ? impliedText(statement) : []),
    `[smtpd.conf(5)](${manual(tokens[0]?.token.image)})`,
  ];
  return { span: found.span, markdown: notes.join("\n\n") };
}

/** Without `from` and `for` a rule is for this machine's own mail (smtpd.conf(5), match). */
function impliedText({ conditions, broken }: Match): string[] {
  if (broken) return [];
  const missing = ["from", "for"].filter((word) => !conditions.some(({ keyword }) => keyword.word === word));
  if (missing.length === 0) return [];
  return [
    `this rule has no ${alternatives(missing)}: it is read with ${missing.map((word) => `\`${word} local\``).join(" ")}`,
  ];
}

const manual = (statement: string | undefined) =>
  `https://man.openbsd.org/smtpd.conf${statement === undefined ? "" : `#${statement}`}`;
