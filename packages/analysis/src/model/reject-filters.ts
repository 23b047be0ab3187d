import type { Filter, FilterCondition, Listen } from "@smtpdlint/grammar";
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

/** The filters of a listener, chains taken apart, in the order in which they are asked. */
export function filtersOf(listener: Listen, model: Model): readonly Filter[] {
  const value = listener.options.find(({ keyword }) => keyword.word === "filter")?.value;
  const names = value?.kind === "chain" ? value.filters : value?.kind === "text" ? [value] : [];
  const found = names.flatMap((name) => model.filterBefore(name.value, listener) ?? []);
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
  const bypassed = new Set<string>();
  for (const { phase, condition, action } of filters) {
    if (!phase || !condition || !action || bypassed.has(phase.word)) continue;
    const holds = conditionHolds(condition, message, model);
    if (holds === false) continue;
    if (action.keyword.word === "reject" || action.keyword.word === "disconnect") return false;
    if (holds && action.keyword.word === "bypass") bypassed.add(phase.word);
  }
  return true;
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
