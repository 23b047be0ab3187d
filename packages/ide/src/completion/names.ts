import { type Filter, isReserved, keywords, type Table } from "@smtpdlint/grammar";
import {
  type Definition,
  isBuiltinTable,
  isUsable,
  type NameKind,
  quoteText,
  tableUses,
  writeText,
} from "@smtpdlint/model";
import { type CursorContext, indexAt, reread } from "../cursor.ts";
import { definitionMarkdown, excerpt } from "../describe.ts";
import type { Completion, Typing } from "./completion-item.ts";

/** Where names are referred to: the grammar rule that takes the text, and the keyword before it. */
const referred: Readonly<Record<string, NameKind>> = {
  "outcome action": "action",
  "filterStatement proc": "proc",
  "localOption wrapper": "wrapper",
  "relayOption pki": "pki",
  "listenOption pki": "pki",
  "relayOption ca": "ca",
  "listenOption ca": "ca",
  "filterExpression filter": "filter",
  "chainEntry filter": "filter",
  "chainEntry chain": "filter",
  "tableExpression tag": "tag",
  "tableEntry tag": "tag",
};

/** Where they are defined. */
const defined: Readonly<Record<string, NameKind>> = {
  "actionStatement action": "action",
  "tableStatement table": "table",
  "filterStatement filter": "filter",
  "procStatement proc": "proc",
  "mdaStatement wrapper": "wrapper",
  "pkiStatement pki": "pki",
  "caStatement ca": "ca",
  "listenOption tag": "tag",
  "socketOption tag": "tag",
};

/** True where a text that is wanted is a value: no new name, and none between `<` and `>`. */
export const isValue = (place: string): boolean => !(place in defined) && !place.startsWith("tableReference");

/** Which text is wanted: `outcome action`; with `+1` if one stands before it already, as a table's source. */
export function textsWanted({ tokens, expected }: CursorContext): string[] {
  const lead = tokens.findLastIndex(({ token }) => keywords.has(token.tokenType.name));
  const word = tokens[lead]?.token.image ?? "";
  const rules = expected.flatMap(({ token, rule }) => (token === "Text" ? [rule] : []));
  const isList = tokens.slice(lead + 1).some(({ token }) => token.tokenType.name === "LBrace");
  const between = isList ? 0 : tokens.length - 1 - lead;
  const suffix = between === 0 || rules.includes("tableReference") ? "" : `+${between}`;
  return [...new Set(rules)].map((rule) => `${rule} ${word}${suffix}`);
}

/** The names that may stand here. */
export function namesFor(typing: Typing): Completion[] {
  const wanted = textsWanted(typing.before);
  const tables = tablesFor(typing, wanted);
  const references = wanted.flatMap((place) => (referred[place] ? usableNames(typing, referred[place], place) : []));
  const missing = wanted.flatMap((place) => (defined[place] ? missingNames(typing, defined[place]) : []));
  return [...tables, ...references, ...missing];
}

/** What smtpd finds from here: it wants definitions before references, but for tags. */
function definitionsBefore({ view: { model, file }, start }: Typing, kind: NameKind): Definition[] {
  const own = model.config.statements.findLast(({ span }) => span.file === file && span.start < start);
  const isOwn = own && own.span.end >= start;
  const index = isOwn ? own.index : indexAt(model, file, start);
  const found = new Map<string, Definition>();
  for (const definition of model.symbols.definitionsOfKind(kind)) {
    const isBefore = kind === "tag" || definition.statement.index < index;
    if (isBefore && !found.has(definition.name)) found.set(definition.name, definition);
  }
  return [...found.values()];
}

function usableNames(typing: Typing, kind: NameKind, place: string): Completion[] {
  const { before, view } = typing;
  const open = before.tokens.findLastIndex(({ token }) => token.tokenType.name === "LBrace");
  const listed = open === -1 ? [] : before.tokens.slice(open).map(({ token }) => token.image);
  const isChain = ({ statement }: Definition) => (statement as Filter).form?.word === "chain";
  return definitionsBefore(typing, kind)
    .filter(
      (definition) => !(place.startsWith("chainEntry") && (listed.includes(definition.name) || isChain(definition))),
    )
    .map((definition) => ({
      ...nameItem(typing, definition.name, definition.node.quoted),
      detail: firstLine(excerpt(view.model, definition.statement)),
      documentation: () => definitionMarkdown(view.model, definition),
    }));
}

/** Names that others refer to and nobody defines. */
function missingNames(typing: Typing, kind: NameKind): Completion[] {
  const { model } = typing.view;
  const missing = model.symbols
    .referencesTo(kind)
    .filter(
      ({ name, faulty }) =>
        !faulty && model.symbols.definitionsOf(kind, name).length === 0 && !(kind === "table" && isBuiltinTable(name)),
    );
  const names = new Set(missing.map(({ name }) => name));
  return [...names].map((name) => ({ ...nameItem(typing, name, false), detail: `a ${kind} that is not defined yet` }));
}

/**
 * A name, in quotes if its definition has them; without where somebody has begun so, or may type on: what is typed
 * would not be the same then, and Enter take the name and begin no line.
 */
function nameItem(
  { whole, quote, closing, typed, isUnasked, view }: Typing,
  name: string,
  isQuoted: boolean,
): Completion {
  const bare =
    isQuoted && typed === "" && !isUnasked ? quoteText(name) : writeText(name, isReserved(name, view.model.target));
  const text = quote || !bare ? name + closing : bare;
  return { label: name, kind: "name", span: whole, text, filter: name, rank: 0 };
}

/** The tables that smtpd takes here, with their brackets; the one that is there already is replaced. */
function tablesFor(typing: Typing, wanted: readonly string[]): Completion[] {
  const { before, view, quote, whole, closing, replaces } = typing;
  const { model, file } = view;
  const isInside = wanted.some((place) => place.startsWith("tableReference"));
  // Half of a URL is no beginning of a name.
  if (!isInside && (quote || /[:/]/.test(typing.typed) || !before.expected.some(({ token }) => token === "Less")))
    return [];
  const statement = reread(before, typing.start, model.target, isInside ? "x>" : " <x>").statement;
  const use = statement && tableUses(statement, model.target).at(-1);
  // The quote that stays, if there is one, is between the name and its bracket.
  const isBehindQuote = quote !== "" && closing === "";
  const isClosed = isInside && model.sources.files[file]?.text[whole.end + (isBehindQuote ? 1 : 0)] === ">";
  const span = { ...whole, end: whole.end + (isClosed && replaces ? 1 : 0) };
  const bracket = isInside && (isBehindQuote || (isClosed && !replaces)) ? "" : ">";
  return definitionsBefore(typing, "table").flatMap((definition) => {
    const facts = model.tables.declared(definition.statement as Table);
    if (use && !isUsable(facts.kind, facts.usersOnly, use)) return [];
    const item = nameItem(typing, definition.name, false);
    return [
      {
        ...item,
        label: isInside ? definition.name : `<${definition.name}>`,
        span,
        text: `${isInside ? "" : "<"}${item.text}${bracket}`,
        detail: firstLine(excerpt(model, definition.statement)),
        documentation: () => definitionMarkdown(model, definition),
      },
    ];
  });
}

const firstLine = (text: string) => text.split("\n", 1)[0] as string;
