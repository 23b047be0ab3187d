import type { Action, Filter, FilterAction, FilterCondition, Listen } from "@smtpdlint/grammar";
import type { Message } from "./evaluate.ts";
import { Lookup, type Service } from "./lookup.ts";
import type { Model } from "./model.ts";
import { keysOf } from "./table-keys.ts";

const services: Readonly<Record<string, Service>> = {
  rdns: "domain",
  src: "netaddr",
  helo: "domain",
  auth: "string",
  "mail-from": "mailaddr",
  "rcpt-to": "mailaddr",
};

/** The filters of a listener or a relay, chains taken apart, in the order in which they are asked. */
export function filtersOf(user: Listen | Action, model: Model): readonly Filter[] {
  const value = user.options.find(({ keyword }) => keyword.word === "filter")?.value;
  const names = value?.kind === "chain" ? value.filters : value?.kind === "text" ? [value] : [];
  const found = names.flatMap((name) => model.filterBefore(name.value, user) ?? []);
  return found.flatMap((filter) =>
    filter.chain ? filter.chain.filters.flatMap((name) => model.filterBefore(name.value, filter) ?? []) : [filter],
  );
}

/**
 * True if smtpd's own filters surely let a message pass (lka_filter.c,
 * filter_builtins_run); false if one of them may refuse it. Programs that filter
 * are taken to let it pass.
 */
export function letsPass(filters: readonly Filter[], message: Message, model: Model): boolean {
  const ended = new Set<string>();
  for (const { phase, condition, action } of filters) {
    if (!phase || !condition || !action || ended.has(phase.word)) continue;
    const holds = conditionHolds(condition, message, model);
    if (holds === false) continue;
    if (action.keyword.word === "reject" || action.keyword.word === "disconnect") return false;
    if (holds && endsPhase(action)) ended.add(phase.word);
  }
  return true;
}

/** True for an action after which no further filter of its phase is asked (lka_filter.c, filter_protocol_next). */
export const endsPhase = ({ keyword }: FilterAction): boolean => keyword.word !== "report";

/** True for a filter of smtpd's own that refuses or disconnects. */
export const refuses = ({ action }: Filter): boolean =>
  action?.keyword.word === "reject" || action?.keyword.word === "disconnect";

/** The command line of a filter that is a program; undefined for others. */
export function commandOf(filter: Filter, model: Model): string | undefined {
  if (filter.command) return filter.command.value;
  const proc = filter.proc && model.definitionsOf("proc", filter.proc.value)[0]?.statement;
  return proc && "command" in proc ? proc.command?.value : undefined;
}

/** True for a program that signs mail and does nothing else. */
export function isSigner(filter: Filter, model: Model): boolean {
  return /(?:^|[/\s])(?:opensmtpd-)?filter-dkim(?:sign|out)\b/.test(commandOf(filter, model) ?? "");
}

/** True if a filter's condition holds for every session. */
export function isAlwaysTrue({ condition }: Filter, model: Model): boolean {
  if (!condition?.table || condition.negation) return false;
  const keys = keysOf(model.table(condition.table));
  if (!keys) return false;
  if (condition.regex) return keys.some((key) => key === "" || key === ".*" || key === "^");
  switch (condition.keyword.word) {
    case "src":
      return keys.includes("0.0.0.0/0") && keys.includes("::/0");
    case "mail-from":
    case "rcpt-to":
      return keys.includes("") || keys.includes("@");
    default:
      return false;
  }
}

/** True if the conditions of two filters are surely the same. */
export function sameCondition(one: Filter, other: Filter, model: Model): boolean {
  const [a, b] = [one.condition, other.condition];
  if (!a || !b || a.keyword.word !== b.keyword.word) return false;
  if (!a.negation !== !b.negation || !a.regex !== !b.regex || !a.table !== !b.table) return false;
  if (!a.table || !b.table) return true;
  if (a.table.kind === "table-reference" && b.table.kind === "table-reference") {
    return a.table.name !== undefined && a.table.name.value === b.table.name?.value;
  }
  const [keys, others] = [keysOf(model.table(a.table)), keysOf(model.table(b.table))];
  return keys !== undefined && others !== undefined && keys.join("\n") === others.join("\n");
}

/** Undefined if a table decides that nobody has read. */
function conditionHolds(condition: FilterCondition, message: Message, model: Model): boolean | undefined {
  const { keyword, negation, table, regex } = condition;
  const text = textFor(keyword.word, message);
  const service = Object.hasOwn(services, keyword.word) ? services[keyword.word] : undefined;
  let holds: boolean | undefined = text !== undefined && text !== "";
  if (holds && table && service) {
    const lookup = new Lookup(regex ? "regex" : service, keysOf(model.table(table)), model.subAddressDelimiter);
    holds = lookup.test(text as string);
  }
  return holds === undefined ? undefined : holds !== (negation !== undefined);
}

function textFor(word: string, { src, rdns, helo, user, mailFrom, rcptTo }: Message): string | undefined {
  switch (word) {
    case "src":
      return src.includes(":") ? `[${src}]` : src;
    case "helo":
      return helo;
    case "auth":
      return user;
    case "mail-from":
      return mailFrom;
    case "rcpt-to":
      return rcptTo;
    default:
      // Whoever can choose a reverse name can also confirm it.
      return rdns;
  }
}
