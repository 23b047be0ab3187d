import type { TableExpression } from "@smtpdlint/grammar";
import { authOption, conditionName, entriesOf, optionOf } from "@smtpdlint/model";
import { placedMembers } from "@smtpdlint/policy";
import type { Completion } from "../completion/completion-item.ts";
import { isCredentials } from "./file-uses.ts";
import { aliasesOf, userbasesOf } from "./leads.ts";
import { entriesIn, hasMembers, type TableView } from "./table-view.ts";

/** A user of the machine that smtpd runs on. */
export interface SystemUser {
  readonly name: string;
  readonly home: string;
}

/** What is being typed: `start` is its offset. */
interface Word {
  readonly role: "key" | "value";
  readonly text: string;
  readonly start: number;
  /** Of the line of a value, in lower case. */
  readonly key?: string;
}

/** More than anybody looks through. */
const mostItems = 2000;

/**
 * Users, aliases and domains, where they make sense. `systemUsers` are those of the machine, as far as they are known.
 * What nobody has asked for is only there where the line lacks a value.
 */
export function completeTable(
  view: TableView,
  offset: number,
  systemUsers: readonly SystemUser[],
  isUnasked = false,
): Completion[] {
  const word = wordAt(view, offset);
  if (!word || (isUnasked && word.role === "key")) return [];
  const items = new Map<string, Completion>();
  const add = (label: string, detail: string, rank: number, start = word.start) => {
    if (items.has(label) || items.size >= mostItems || !/^[^\s,:"'\\#|/]+$/.test(label)) return;
    const span = { file: view.source.id, start, end: offset };
    items.set(label, { label, kind: rank === 0 ? "name" : "value", span, text: label, filter: label, detail, rank });
  };
  const has = (...places: readonly string[]) => view.uses.some(({ place }) => places.includes(place));
  const at = word.text.lastIndexOf("@");
  if (at !== -1) {
    if (!takesAddresses(view, word)) return [];
    for (const domain of domainsOf(view)) add(domain, "a domain of the configuration", 1, word.start + at + 1);
    return [...items.values()];
  }
  if (view.kind === "members") {
    for (const alias of aliasesOf(view)) add(alias, "an alias", 0);
    for (const { name, detail } of usersFor(view, systemUsers)) add(name, detail, 1);
  } else if (word.role === "value") {
    if (!hasMembers(view)) return [];
    const isVirtual = has("virtual");
    for (const { key } of entriesIn(view)) {
      if (items.size >= mostItems) break;
      if (!key.includes("@")) add(key, "an alias", 0);
      // A catch-all is no address, and one that leads to itself leads nowhere.
      else if (isVirtual && !key.startsWith("@") && key.toLowerCase() !== word.key) add(key, "a virtual user", 0);
    }
    for (const { name, detail } of usersFor(view, systemUsers)) add(name, detail, 1);
  } else {
    const known = new Set([...entriesIn(view)].map(({ key }) => key.toLowerCase()));
    const names = has("senders") ? loginsOf(view) : [];
    for (const name of names) if (!known.has(name.toLowerCase())) add(name, "a user who can log in", 0);
    const isForUsers = has("alias", "virtual", "userbase") || view.uses.some(isLogin);
    for (const { name, detail } of isForUsers ? usersFor(view, systemUsers) : []) {
      if (!known.has(name.toLowerCase())) add(name, detail, 1);
    }
    if (has("domain")) for (const domain of domainsOf(view)) add(domain, "a domain of the configuration", 1);
  }
  return [...items.values()];
}

/** Logins at listeners are users; those of relays have labels. */
const isLogin = (use: TableView["uses"][number]) => isCredentials(use) && use.statement.kind === "listen";

/** The part of a line before the offset that a name would continue; undefined in comments, commands, paths and the like. */
function wordAt(view: TableView, offset: number): Word | undefined {
  const { text } = view.source;
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const line = text.slice(lineStart, offset);
  if (/^\s*#/.test(line) || (view.kind !== "table" && view.kind !== "members")) return undefined;
  const key = view.kind === "members" ? "" : /^\s*(?:\[[^\]]*\]|[^\s:[]+)(?:[ \t]+|:[ \t]*)/.exec(line)?.[0];
  if (key === undefined || view.table.kind === "list") {
    const [typed = ""] = /\S*$/.exec(line) ?? [];
    return line.trimStart() === typed ? { role: "key", text: typed, start: offset - typed.length } : undefined;
  }
  const value = line.slice(key.length);
  const last = placedMembers(value, view.model.target).at(-1);
  const isNew = !last || /,\s*$/.test(value);
  const typed = isNew ? "" : value.slice(last.start);
  // What has another form than a name or an address is no place for either.
  const own = key
    .replace(/[\s:]+$/, "")
    .trimStart()
    .toLowerCase();
  return /^[\w.+@-]*$/.test(typed) ? { role: "value", text: typed, start: offset - typed.length, key: own } : undefined;
}

function takesAddresses({ kind, uses }: TableView, { role }: Word): boolean {
  if (kind === "members") return true;
  const places = new Set(uses.map(({ place }) => place));
  const hasAny = (...names: readonly string[]) => names.some((name) => places.has(name));
  if (role === "value") return hasAny("alias", "virtual", "senders");
  return hasAny(
    "virtual",
    "mail-from",
    "rcpt-to",
    "from mail-from",
    "for rcpt-to",
    "filter mail-from",
    "filter rcpt-to",
  );
}

/** The domains for which the configuration accepts mail, and those of its virtual users. */
function domainsOf({ model }: TableView): Set<string> {
  const domains = new Set<string>();
  for (const { conditions } of model.matches) {
    for (const condition of conditions) {
      if (!condition.table || condition.regex || conditionName(condition) !== "for domain") continue;
      for (const { key } of entriesOf(model.tables.of(condition.table))) if (!key.includes("*")) domains.add(key);
    }
  }
  for (const action of model.actions) {
    const users = optionOf(action, "virtual")?.value as TableExpression | undefined;
    for (const { key } of users ? entriesOf(model.tables.of(users)) : []) {
      const domain = key.slice(key.indexOf("@") + 1);
      if (key.includes("@") && domain !== "") domains.add(domain.toLowerCase());
    }
  }
  return domains;
}

/** The users to whom the actions deliver: those of their userbases, or of the system. */
function usersFor(view: TableView, systemUsers: readonly SystemUser[]): { name: string; detail: string }[] {
  const bases = new Set(userbasesOf(view));
  const ofSystem = bases.has(undefined) || bases.size === 0 ? systemUsers : [];
  const ofTables = [...bases].flatMap((entries) => entries ?? []).map(({ key }) => key);
  return [
    ...ofTables.filter((name) => !name.includes("@")).map((name) => ({ name, detail: "a user of the userbase" })),
    ...ofSystem.map(({ name, home }) => ({ name, detail: `a user of the machine, ${home}` })),
  ];
}

/** The users who can log in at the listeners with this table of `senders`. */
function loginsOf({ model, uses }: TableView): string[] {
  return uses.flatMap(({ place, statement }) => {
    const logins = statement.kind === "listen" && place === "senders" ? authOption(statement)?.value : undefined;
    return logins ? [...entriesOf(model.tables.of(logins as TableExpression))].map(({ key }) => key) : [];
  });
}
