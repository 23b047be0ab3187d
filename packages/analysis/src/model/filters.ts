import type { Action, Chain, Filter, FilterAction, FilterCondition, Listen, Statement } from "@smtpdlint/grammar";
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

/**
 * The filters of a listener or a relay, chains taken apart, in the order in
 * which they are asked; each once, since smtpd refuses one that stands twice.
 * What uses the same chain has the same list.
 */
export function filtersOf(user: Listen | Action, model: Model): readonly Filter[] {
  const value = user.options.find(({ keyword }) => keyword.word === "filter")?.value;
  if (value?.kind === "text") {
    const filter = model.filterBefore(value.value, user);
    return filter ? model.filtersIn(filter) : [];
  }
  const found = value?.kind === "chain" ? filtersNamed(value, user, model) : [];
  return [...new Set(found.flatMap((filter) => model.filtersIn(filter)))];
}

/** The filters that a chain names in a statement. */
export const filtersNamed = ({ filters }: Chain, user: Statement, model: Model): readonly Filter[] => [
  ...new Set(filters.flatMap(({ value }) => model.filterBefore(value, user) ?? [])),
];

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

/** Tables with more keys are the same by their name only. */
const mostKeys = 1000;

/** The same text for two filters whose conditions are surely the same; undefined if that cannot be told. */
export function conditionKey({ condition }: Filter, model: Model): string | undefined {
  if (!condition) return undefined;
  const { keyword, negation, regex, table } = condition;
  const parts = [keyword.word, negation !== undefined, regex !== undefined];
  if (!table) return JSON.stringify(parts);
  const facts = model.table(table);
  const keys = (facts.entries?.length ?? facts.file?.size ?? 0) > mostKeys ? undefined : keysOf(facts);
  if (keys) return JSON.stringify([...parts, "keys", ...keys]);
  return table.kind === "table-reference" && table.name
    ? JSON.stringify([...parts, "table", table.name.value])
    : undefined;
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
