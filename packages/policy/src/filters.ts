import {
  type Filter,
  type FilterAction,
  type FilterCondition,
  isAtLeast,
  originOf,
  type Release,
} from "@smtpdlint/grammar";
import { isIPAddress, keysOf, type Model, type Symbols, subAddressDelimiter, type Tables } from "@smtpdlint/model";
import { comparisonFor } from "./comparison.ts";
import { Lookup } from "./lookup.ts";
import type { Message } from "./message.ts";

/** A filter whose condition may hold for a message; `unknown` if a table decides that nobody has read. */
export interface FilterStep {
  readonly filter: Filter;
  readonly action: FilterAction;
  readonly holds: true | "unknown";
}

/**
 * Asks smtpd's own filters about a message, phase by phase (lka_filter.c,
 * filter_builtins_run): those that act or may act, up to the one that surely
 * ends its phase. Programs that filter are left out.
 */
export function runFilters(filters: readonly Filter[], message: Message, model: Model): FilterStep[] {
  const steps: FilterStep[] = [];
  const ended = new Set<string>();
  const conditions = new FilterConditions(model);
  const view = viewOf(message);
  for (const filter of filters) {
    const { phase, condition, action } = filter;
    if (!phase || !condition || !action || ended.has(phase.word) || isIdle(filter, model.target)) continue;
    const holds = conditions.holds(condition, view);
    if (holds === false) continue;
    steps.push({ filter, action, holds: holds ?? "unknown" });
    if (holds && endsPhase(action)) ended.add(phase.word);
  }
  return steps;
}

/** In 6.6 smtpd's own filters do nothing in the phases data and commit (lka_filter.c, filter_builtins_notimpl). */
export const isIdle = ({ phase, condition }: Filter, target: Release): boolean =>
  !isAtLeast(target, "6.7") && condition !== undefined && (phase?.word === "data" || phase?.word === "commit");

/**
 * True if smtpd's own filters surely let a message pass; false if one of them
 * may refuse it. Programs that filter are taken to let it pass. The client
 * greets as it likes: a filter of phase helo hears no EHLO, and the other way
 * round (smtp_session.c, smtp_proceed_helo, smtp_proceed_ehlo).
 */
export const letsPass = (filters: readonly Filter[], message: Message, model: Model): boolean =>
  ["ehlo", "helo"].some((unused) => {
    const asked = filters.filter(({ phase }) => phase?.word !== unused);
    return !runFilters(asked, message, model).some(({ filter }) => refuses(filter));
  });

/** True for an action after which no further filter of its phase is asked (lka_filter.c, filter_protocol_next). */
export const endsPhase = ({ keyword }: FilterAction): boolean => keyword.word !== "report";

/** True for a filter of smtpd's own that refuses or disconnects. */
export function refuses(filter: Filter): boolean {
  const { action } = originOf(filter);
  return action?.keyword.word === "reject" || action?.keyword.word === "disconnect";
}

/** The command line of a filter that is a program; undefined for others. */
export function commandOf(filter: Filter, symbols: Pick<Symbols, "definitionsOf">): string | undefined {
  const { command, proc: name } = originOf(filter);
  if (command) return command.value;
  const definition = name && symbols.definitionsOf("proc", name.value)[0]?.statement;
  const proc = definition && originOf(definition);
  return proc && "command" in proc ? proc.command?.value : undefined;
}

/** True for a program that signs mail and does nothing else. */
export function isSigner(filter: Filter, symbols: Pick<Symbols, "definitionsOf">): boolean {
  return /(?:^|[/\s])(?:opensmtpd-)?filter-dkim(?:sign|out)\b/.test(commandOf(filter, symbols) ?? "");
}

/** True for a program that signs if its own configuration says so. */
export function maySign(filter: Filter, symbols: Pick<Symbols, "definitionsOf">): boolean {
  return /(?:^|[/\s])(?:opensmtpd-)?filter-rspamd\b/.test(commandOf(filter, symbols) ?? "");
}

/** True if a filter's condition holds for every session. */
export function isAlwaysTrue(filter: Filter, tables: Pick<Tables, "in">): boolean {
  const { condition } = originOf(filter);
  if (!condition?.table || condition.negation) return false;
  const keys = keysOf(tables.in(filter, condition.table));
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
export function conditionKey(filter: Filter, tables: Pick<Tables, "in">): string | undefined {
  const { condition } = originOf(filter);
  if (!condition) return undefined;
  const { keyword, negation, regex, table } = condition;
  const parts = [keyword.word, negation !== undefined, regex !== undefined];
  if (!table) return JSON.stringify(parts);
  const info = tables.in(filter, table);
  const keys = (info.entriesAsRead?.length ?? info.file?.size ?? 0) > mostKeys ? undefined : keysOf(info);
  if (keys) return JSON.stringify([...parts, "keys", ...keys]);
  return table.kind === "table-reference" && table.name
    ? JSON.stringify([...parts, "table", table.name.value])
    : undefined;
}

/** What smtpd's own filters see of a session (struct filter_session). What is undefined is not there yet. */
export interface FilterView {
  /** `local`, `192.0.2.1` or `2001:db8::1`. */
  readonly src: string;
  /** Empty if the address has no name. */
  readonly rdns: string;
  /** True if the name leads back to the address. */
  readonly isConfirmed: boolean;
  readonly helo: string | undefined;
  readonly user: string | undefined;
  /** As the client wrote it between the brackets: empty for the null sender. */
  readonly mailFrom: string | undefined;
  /** The same of the recipient. */
  readonly rcptTo: string | undefined;
}

/** Answers the conditions of filters; what is prepared for one is kept. */
export class FilterConditions {
  private readonly lookups = new Map<FilterCondition, Lookup>();

  constructor(private readonly model: Pick<Model, "tables" | "statementsOf">) {}

  /** Undefined if a table decides that nobody has read. */
  holds(condition: FilterCondition, view: FilterView): boolean | undefined {
    const { negation, table } = condition;
    const text = textFor(condition, view);
    const holds = text === undefined || !table ? text !== undefined : this.lookup(condition)?.test(text);
    return holds === undefined ? undefined : holds !== (negation !== undefined);
  }

  private lookup(condition: FilterCondition): Lookup | undefined {
    const { keyword, regex, table } = condition;
    let lookup = this.lookups.get(condition);
    const service = comparisonFor(`filter ${keyword.word}`, regex !== undefined);
    if (!lookup && table && service) {
      lookup = new Lookup(service, keysOf(this.model.tables.of(table)), subAddressDelimiter(this.model));
      this.lookups.set(condition, lookup);
    }
    return lookup;
  }
}

/** What a condition compares, or, without a table, what must be there. */
function textFor({ keyword, table }: FilterCondition, view: FilterView): string | undefined {
  const { src, rdns, isConfirmed, helo, user, mailFrom, rcptTo } = view;
  switch (keyword.word) {
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
    case "fcrdns":
      return isConfirmed ? rdns : undefined;
    default:
      // A host without a name is called so; a name that is an address is none (lka_filter.c, filter_check_rdns).
      return table ? rdns || "<unknown>" : rdns === "" || isIPAddress(rdns) ? undefined : rdns;
  }
}

/** A message as filters see it; whoever can choose a reverse name can also confirm it. */
const viewOf = ({ src, rdns, helo, user, mailFrom, rcptTo }: Message): FilterView => ({
  src,
  rdns,
  isConfirmed: rdns !== "",
  helo: helo || undefined,
  user,
  mailFrom: mailFrom === "@" ? "" : mailFrom,
  rcptTo,
});
