import { type Action, isSameSpan, type Span, type TableExpression, touches } from "@smtpdlint/grammar";
import {
  authOption,
  type Entry,
  entriesOf,
  isRelay,
  optionOf,
  passwdLines,
  sourceOf,
  subAddressDelimiter,
  type TableInfo,
} from "@smtpdlint/model";
import { aliasKeys, Mapping, type Member, type MemberPlace, membersIn, virtualKeys } from "@smtpdlint/policy";
import { relayLabels } from "../relay-label.ts";
import { holds } from "./file-uses.ts";
import { allMembers, entriesBetween, hasMembers, type TableView } from "./table-view.ts";

/** Where an action looks up what a member names. */
interface Expansion {
  readonly place: "alias" | "virtual";
  /** Undefined if the action has neither. */
  readonly table: TableInfo | undefined;
  readonly aliases: Mapping | undefined;
  /** Undefined for the users of the system. */
  readonly userbase: Mapping | undefined;
}

/** An entry to which a member leads, and what it is. */
export interface Lead {
  readonly kind: "alias" | "virtual user" | "user";
  readonly entry: Entry;
}

/** A place in the file about which something can be said. */
export type Target =
  | { readonly kind: "key"; readonly entry: Entry; readonly span: Span }
  | { readonly kind: "member"; readonly span: Span; readonly member: Member | undefined };

/** The key or the member at an offset of the file. */
export function targetAt(view: TableView, offset: number): Target | undefined {
  const memberAmong = (members: Iterable<MemberPlace>): Target | undefined => {
    for (const { span, member } of members) if (touches(span, offset)) return { kind: "member", member, span };
    return undefined;
  };
  if (view.kind === "members") return memberAmong(allMembers(view));
  for (const entry of entriesBetween(view, offset, offset)) {
    if (touches(entry.span, offset)) return { kind: "key", entry, span: entry.span };
    if (hasMembers(view) && entry.valueSpan && touches(entry.valueSpan, offset)) {
      return memberAmong(membersIn(entry, view.model));
    }
  }
  return undefined;
}

/**
 * Whom a key or a member of aliases or of a `.forward` stands for, as a recipient: an address, or a name of the machine; undefined
 * for patterns, programs and files.
 */
export function recipientAt(view: TableView, offset: number): string | undefined {
  const target = hasMembers(view) ? targetAt(view, offset) : undefined;
  if (!target) return undefined;
  const text = target.kind === "key" ? target.entry.key : recipientFor(target.member);
  return /^[^@\s*|/:"]+(?:@[\w-]+(?:\.[\w-]+)*)?$/.test(text) ? text : undefined;
}

function recipientFor(member: Member | undefined): string {
  if (member?.kind === "address") return `${member.text}@${member.domain}`;
  return member?.kind === "user" ? member.text : "";
}

/** The entries of a table of the configuration; of the file itself also those after a mistake. */
const contentsOf = (view: TableView, expression: TableExpression): TableInfo => {
  const info = view.model.tables.of(expression);
  return holds(info, view.source.id) && view.kind === "table" ? view.table : info;
};

/** The users of a userbase or of logins: entries, or the lines of the backend passwd. */
function usersIn(info: TableInfo): Entry[] {
  const { configuration, declaration } = info;
  if (!configuration || !declaration) return [...entriesOf(info)];
  if (sourceOf(declaration)?.backend !== "passwd") return [];
  return passwdLines(configuration).flatMap(({ fields: [name] }) =>
    name?.text ? [{ key: name.text, span: name.span, value: undefined, valueSpan: undefined }] : [],
  );
}

const tableOption = (action: Action, word: string) => optionOf(action, word)?.value as TableExpression | undefined;

/** How the actions expand what members name: those that read the file, or all for another file's sake. */
function expansions(view: TableView, ofAll: boolean): Expansion[] {
  return view.model.actions.flatMap((action) => {
    if (action.broken || isRelay(action)) return [];
    const place = optionOf(action, "alias") ? "alias" : "virtual";
    const expression = tableOption(action, place);
    const table = expression && contentsOf(view, expression);
    if (!ofAll && view.kind !== "members" && !(table && holds(table, view.source.id))) return [];
    const userbase = tableOption(action, "userbase");
    const users = userbase && contentsOf(view, userbase);
    const isSystem = !users || users.usersOnly;
    return {
      place,
      table,
      aliases: table && new Mapping("", table),
      userbase: isSystem ? undefined : new Mapping("", users),
    };
  });
}

/** The userbases of the actions that read the file; `undefined` among them stands for the users of the system. */
export function userbasesOf(view: TableView): (readonly Entry[] | undefined)[] {
  return view.model.actions.flatMap((action) => {
    if (action.broken || isRelay(action)) return [];
    const tables = ["alias", "virtual"].flatMap((word) => tableOption(action, word) ?? []);
    const isReader = tables.some((table) => holds(view.model.tables.of(table), view.source.id));
    if (!isReader && view.kind !== "members") return [];
    const userbase = tableOption(action, "userbase");
    const users = userbase && contentsOf(view, userbase);
    return [users && !users.usersOnly ? usersIn(users) : undefined];
  });
}

/** Where a member leads: to an alias of the action that reads it, or else to its user. */
function leadsOf(member: Member, { model }: TableView, all: readonly Expansion[]): Lead[] {
  const leads: Lead[] = [];
  const delimiter = subAddressDelimiter(model);
  const add = (kind: Lead["kind"], mapping: Mapping | undefined, keys: readonly string[]): boolean => {
    const entry = keys.map((key) => mapping?.find(key)).find((found): found is Entry => typeof found === "object");
    if (entry && !leads.some((lead) => isSameSpan(lead.entry.span, entry.span))) leads.push({ kind, entry });
    return entry !== undefined;
  };
  for (const { place, aliases, userbase } of all) {
    if (member.kind === "address" && place === "virtual") {
      const address = { user: member.text, domain: member.domain };
      add("virtual user", aliases, virtualKeys(address, delimiter, model.target));
    } else if (member.kind === "user") {
      const isAlias = place === "alias";
      const keys = isAlias
        ? aliasKeys(member.text, delimiter)
        : virtualKeys({ user: member.text, domain: "" }, delimiter, model.target);
      if (add(isAlias ? "alias" : "virtual user", aliases, keys)) continue;
      add("user", userbase, [aliasKeys(member.text, delimiter).at(-1) as string]);
    }
  }
  return leads;
}

/** The keys of the aliases, and of the virtual users that are no addresses, of all actions. */
export function aliasesOf(view: TableView): Set<string> {
  const tables = new Set(expansions(view, true).flatMap(({ table }) => table ?? []));
  return new Set(
    [...tables].flatMap((table) => [...entriesOf(table)].flatMap(({ key }) => (key.includes("@") ? [] : key))),
  );
}

/** The entries to which a member leads. An address is looked up anew, so that any table of virtual users may have it. */
export const leadsFrom = (view: TableView, member: Member): Lead[] =>
  leadsOf(member, view, expansions(view, member.kind === "address"));

/** What a place leads to: a member to its entries, a user of `senders` to the login and back, and any other key to itself. */
export function definitionIn(view: TableView, target: Target): Span[] {
  if (target.kind === "key") {
    const others = logins(view, target.entry);
    return (others.length > 0 ? others : [target.entry]).map(({ span }) => span);
  }
  return target.member ? leadsFrom(view, target.member).map(({ entry }) => entry.span) : [];
}

/** The places that lead where a place of the file leads; with `includeDeclaration` also the entry itself. */
export function referencesIn(
  view: TableView,
  target: Target,
  { includeDeclaration }: { readonly includeDeclaration: boolean },
): Span[] {
  const entries =
    target.kind === "key"
      ? [target.entry]
      : (target.member ? leadsFrom(view, target.member) : []).map(({ entry }) => entry);
  return entries.flatMap((entry) => [...(includeDeclaration ? [entry.span] : []), ...placesOf(view, entry)]);
}

/** The places that lead to an entry: members, users of `senders` or of logins, and the labels of relays. */
export function placesOf(view: TableView, entry: Entry): Span[] {
  const all = expansions(view, true);
  const user = entry.key.toLowerCase().replace(/@.*/s, "");
  const spans = new Map<string, Span>();
  const add = (span: Span) => spans.set(`${span.file}:${span.start}`, span);
  const addMembers = (members: Iterable<MemberPlace>) => {
    for (const { member, span } of members) {
      if (!member) continue;
      const own = member.kind === "address" ? all : all.filter(({ table }) => readsFrom(table, span));
      if (leadsOf(member, view, own).some((lead) => isSameSpan(lead.entry.span, entry.span))) add(span);
    }
  };
  const tables = new Set(all.flatMap(({ table }) => table ?? []));
  for (const table of tables) {
    for (const each of entriesOf(table)) {
      // Nothing else can lead there, and a table may be long.
      if (each.value?.toLowerCase().includes(user)) addMembers(membersIn(each, view.model));
    }
  }
  for (const login of logins(view, entry)) add(login.span);
  for (const span of labels(view, entry)) add(span);
  return [...spans.values()];
}

/** True if a table holds the place of a member. */
const readsFrom = (table: TableInfo | undefined, { file, start }: Span): boolean =>
  table?.file
    ? table.file.source.id === file
    : (table?.entries?.some(({ span }) => span.file === file && span.start <= start && start < span.end) ?? false);

/** The entries of the same user where a listener has both, logins and `senders`. */
function logins(view: TableView, { key }: Entry): Entry[] {
  return view.model.listeners.flatMap((listener) => {
    const options = [authOption(listener), optionOf(listener, "senders")];
    const tables = options.flatMap((option) =>
      option?.value ? contentsOf(view, option.value as TableExpression) : [],
    );
    if (!tables.some((table) => holds(table, view.source.id))) return [];
    return tables
      .filter((table) => !holds(table, view.source.id))
      .flatMap(usersIn)
      .filter((entry) => entry.key.toLowerCase() === key.toLowerCase());
  });
}

/** Where relays name a key of their credentials: the label before the `@`. */
const labels = ({ model, source }: TableView, { key }: Entry): Span[] =>
  relayLabels(model)
    .filter(({ name, credentials }) => holds(credentials, source.id) && name.toLowerCase() === key.toLowerCase())
    .map(({ span }) => span);
