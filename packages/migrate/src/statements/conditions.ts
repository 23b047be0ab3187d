import { isAtLeast, type legacy, type TableExpression } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import type { Context } from "../context.ts";
import { socketTag } from "../facts.ts";
import { type Piece, pieces } from "../pieces.ts";

/** The conditions of the new rules that stand for an old one, or why it never matched. */
export type NewConditions = { readonly lines: readonly (readonly Piece[])[] } | { readonly never: string };

/** What takes the place of `from` and `authenticated`. */
interface Origin {
  readonly auth?: readonly Piece[];
  /** Undefined for the default, `from local`, where it was not written. */
  readonly from?: readonly Piece[] | undefined;
}

/**
 * Translates the conditions of a rule. 6.0.3 took clients who had logged in for
 * local (ruleset.c, ruleset_check_source): today they are what they are, so
 * that a rule for local clients becomes two.
 */
export function translateConditions(rule: legacy.Rule, context: Context): NewConditions {
  const find = (word: string) => rule.conditions.findLast(({ keyword }) => keyword.word === word);
  const origins = translateOrigin(find("from"), find("authenticated"), context);
  if ("never" in origins) return origins;
  const others: { readonly at: legacy.Condition; readonly parts: readonly Piece[] }[] = [];
  for (const condition of rule.conditions) {
    // Of tags, the last one counted; all others may stand once only.
    if (condition.keyword.word === "tagged" && condition !== find("tagged")) continue;
    const parts = translateCondition(condition, context);
    if (parts === "never") return { never: whyNever(condition) };
    others.push({ at: condition, parts });
  }
  announceLocal(rule, find("for"), context);
  const lines = origins.origins.map(({ auth = [], from }) => {
    const isWritten = find("from") !== undefined;
    const rest = others.flatMap(({ at, parts }) => (at.keyword.word === "from" ? (from ?? []) : parts));
    return pieces(auth, isWritten ? [] : from, rest);
  });
  return { lines };
}

const whyNever = ({ keyword }: legacy.Condition) =>
  keyword.word === "for" ? "no recipient is for ! any" : "an entry without a domain matched no address";

/** The parts of a condition other than `from` and `authenticated`, which are empty. */
function translateCondition(condition: legacy.Condition, context: Context): readonly Piece[] | "never" {
  const { words } = context;
  const { keyword, negation, subject, table, tag } = condition;
  const not = negation && "!";
  switch (keyword.word) {
    case "for": {
      const isAny = subject?.word === "any" || subject?.word === "all";
      if (isAny && negation) return "never";
      if (isAny && subject) return pieces(words.keyword(keyword), words.keyword(subject, "any"));
      return pieces(not, words.keyword(keyword), subject && words.keyword(subject), table && words.table(table));
    }
    case "tagged": {
      if (!tag) return [];
      announceTag(tag.value, condition, context);
      const written = tag.value === socketTag ? { text: words.quoted(socketTag), from: tag.span } : words.text(tag);
      return pieces(not, words.keyword(keyword, "tag"), written);
    }
    case "sender":
    case "recipient": {
      if (!table) return [];
      const addresses = translateAddresses(table, condition, context);
      if (addresses === undefined) return negation ? [] : "never";
      return pieces(not, words.keyword(keyword, keyword.word === "sender" ? "mail-from" : "rcpt-to"), addresses);
    }
    default:
      return [];
  }
}

/** The table of addresses without entries `user@`, which matched nothing; undefined if no other is left. */
function translateAddresses(
  table: TableExpression,
  { keyword, span }: legacy.Condition,
  { words, facts, announce }: Context,
): Piece | undefined {
  const isBare = (key: string) => /^[^@]+@$/.test(key);
  const bare = (facts.tables.of(table) ?? []).filter(({ key }) => isBare(key)).map(({ key }) => quote(key));
  if (bare.length === 0) return words.table(table);
  const [first] = bare;
  const more = bare.length > 1 ? ` and ${bare.length - 1} more` : "";
  const inline = inlineOf(table, facts.tables.find(nameOf(table)));
  if (!inline) {
    const where = `take ${first}${more} out of the table's file`;
    announce(
      "user-without-domain",
      span,
      `${where}: an entry without a domain matched no ${keyword.word} before 6.4 and matches in every domain now`,
    );
    return words.table(table);
  }
  announce(
    "user-without-domain",
    span,
    `${first}${more} is left out: an entry without a domain matched no ${keyword.word} before 6.4 and would match in every domain now`,
  );
  const entries = inline.filter(({ key }) => !isBare(key.value));
  return entries.length > 0 ? { text: words.list({ entries }) } : undefined;
}

const nameOf = (table: TableExpression) => (table.kind === "table-reference" ? (table.name?.value ?? "") : "");

/** The entries of a table that stand in the configuration. */
function inlineOf(table: TableExpression, declared: ReturnType<Context["facts"]["tables"]["find"]>) {
  if (table.kind === "inline-table") return table.entries;
  if (table.kind === "single-value") return [];
  return declared?.kind === "table" ? declared.inline?.entries : undefined;
}

function translateOrigin(
  from: legacy.Condition | undefined,
  authenticated: legacy.Condition | undefined,
  context: Context,
): { readonly origins: readonly Origin[] } | { readonly never: string } {
  const { words, facts, target } = context;
  const fromWord = from ? words.keyword(from.keyword) : "from";
  const written = (subject: string, not: boolean, table?: Piece) =>
    pieces(not ? "!" : undefined, fromWord, { text: subject, from: from?.subject?.span }, table);
  const one = (origin: Origin) => ({ origins: [origin] });
  const loggedIn = { auth: pieces("auth"), from: pieces("from", "any") };
  const users: Origin = isAtLeast(target, "6.7") ? { from: pieces("from", "auth") } : loggedIn;
  const never = (subject: string) => ({
    never: `clients who have logged in counted as local, so that none is ${subject}`,
  });

  const not = from?.negation !== undefined;
  const subject = from?.subject?.word ?? (from?.table ? "source" : "local");
  const auth = authenticated && (authenticated.negation ? "no" : "yes");
  const notAuth = pieces("!", "auth");
  if (subject === "any" || subject === "all") {
    if (not) return { never: "no client is from ! any" };
    const parts = written("any", false);
    return one({ from: parts, ...(auth && { auth: auth === "yes" ? pieces("auth") : notAuth }) });
  }
  // 6.0.3 compared the word "local" in place of a user's address.
  const isLocal = subject === "local" ? true : from?.table && usersAreIn(from.table, from, auth !== undefined, context);
  const parts =
    subject === "local" ? from && written("local", not) : written("src", not, from?.table && words.table(from.table));
  const matchesUsers = isLocal !== not;
  if (auth === "yes") return matchesUsers ? one(loggedIn) : never(`from ${not ? "! " : ""}${subject}`);
  if (auth === "no") return one({ auth: notAuth, from: parts });
  if (!facts.hasAuth) return one({ from: parts });
  return matchesUsers ? { origins: [{ from: parts }, users] } : one({ auth: notAuth, from: parts });
}

/** True if the table has the entry `local`, which stood for users. */
function usersAreIn(table: TableExpression, { span }: legacy.Condition, matters: boolean, context: Context): boolean {
  const { facts, announce } = context;
  const isLocal = facts.someEntry(table, (key) => key === "local");
  if (isLocal === undefined && (matters || facts.hasAuth))
    announce(
      "table-unread",
      span,
      `${quote(context.words.slice(table.span))} was not read: the new rule holds if it has no entry 'local', which stood for clients who have logged in`,
    );
  return isLocal ?? false;
}

function announceTag(tag: string, { span }: legacy.Condition, { facts, announce }: Context): void {
  const other = facts.listeners
    .flatMap(({ options }) => options.filter(({ keyword }) => keyword.word === "tag"))
    .map(({ value }) => (value?.kind === "text" ? value.value : ""))
    .find((name) => name !== tag && name.toLowerCase() === tag.toLowerCase());
  if (other !== undefined)
    announce(
      "tag-case",
      span,
      `${quote(tag)} matches the tag ${quote(other)}, too: tags are compared without case now`,
    );
}

function announceLocal(
  rule: legacy.Rule,
  condition: legacy.Condition | undefined,
  { target, announce }: Context,
): void {
  const isLocal = !condition || condition.subject?.word === "local";
  if (!isLocal || !isAtLeast(target, "7.5")) return;
  announce(
    "address-literals",
    condition?.span ?? rule.keyword.span,
    '`for local` no longer includes recipients such as root@[192.0.2.1]; add `match … for domain { "[192.0.2.1]" }` if mail comes to them',
  );
}
