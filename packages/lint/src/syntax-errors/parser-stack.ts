import { isAtLeast, type Release, type Span, type Statement, type TableEntry } from "@smtpdlint/grammar";

/**
 * smtpd's parser gives up with "memory exhausted" when its stack would hold
 * more symbols than this (YYMAXDEPTH). Lists are right-recursive in parse.y:
 * every entry stays on the stack until the list ends.
 */
const maximum = 9999;

/** A list that is too long for the parser's stack: the first item that does not fit, and how many do. */
export interface Overflow {
  readonly span: Span;
  readonly fitting: number;
}

/**
 * Finds the first list of a statement that overflows the stack.
 *
 * The depth at a list's end is counted in symbols: the initial state and
 * `grammar`, the symbols of the statement before the list (one a keyword, one
 * an option that is complete, one a C action in the middle of a production),
 * and two an entry, with its comma.
 */
export function findOverflow(statement: Statement, target: Release): Overflow | undefined {
  // Line breaks in braces, since 7.5, are a symbol more before and after each entry.
  const breaks = isAtLeast(target, "7.5") ? 1 : 0;
  const inList = (items: readonly { readonly span: Span }[], before: number) =>
    overflow(items, 2, 2 + before + 1 + breaks - 1 + breaks);
  const inTable = (entries: readonly TableEntry[], before: number) =>
    inList(entries, before + (entries[0]?.value ? 2 - breaks : 0));

  switch (statement.kind) {
    case "table":
      return inTable(statement.inline?.entries ?? [], 3);
    case "match":
      // MATCH and its action; each condition has a `negation`, written or not.
      return firstOf(statement.conditions, ({ subject, regex, table }, index) => {
        const words = 1 + (subject ? 1 : 0) + (regex ? 1 : 0);
        return table?.kind === "inline-table" ? inTable(table.entries, 2 + index + 1 + words + 1) : undefined;
      });
    case "filter": {
      if (statement.chain) return inList(statement.chain.filters, 4);
      const condition = statement.condition;
      if (condition?.table?.kind !== "inline-table") return undefined;
      return inTable(condition.table.entries, 7 + 1 + (condition.regex ? 2 : 1) + 1);
    }
    case "action": {
      const { method, argument, modifier, options } = statement;
      const words = method?.word === "relay" ? 1 : 2 + (argument ? 1 : 0) + (modifier ? 1 : 0);
      return inOptions(options, 3 + words);
    }
    case "listen":
      return inOptions(statement.options, 4);
    case "pki":
      return overflow(statement.options, 1, 6);
    case "mda":
    case "scheduler":
    case "smtp":
      return overflow(statement.limits, 1, 5);
    case "mta":
      return overflow(statement.limits, 1, statement.domain ? 9 : 6);
  }
  return undefined;

  function inOptions(options: Extract<Statement, { kind: "action" | "listen" }>["options"], before: number) {
    return firstOf(options, ({ value }, index) => {
      if (value?.kind === "inline-table") return inTable(value.entries, before + index + 1 + 1);
      return value?.kind === "chain" ? inList(value.filters, before + index + 2) : undefined;
    });
  }
}

/** A list of `items`, `each` symbols an item on top of `base`. */
function overflow(items: readonly { readonly span: Span }[], each: number, base: number): Overflow | undefined {
  const fitting = Math.floor((maximum - base) / each);
  const item = items[fitting];
  return item && { span: item.span, fitting };
}

function firstOf<T>(items: readonly T[], find: (item: T, index: number) => Overflow | undefined): Overflow | undefined {
  for (let index = 0; index < items.length; index++) {
    const found = find(items[index] as T, index);
    if (found) return found;
  }
  return undefined;
}
