import { phases, releases, type TableExpression } from "@smtpdlint/grammar";
import { authOption, keysOf, optionOf } from "@smtpdlint/model";
import { listenersOf, type MatchRule, portsOf, type Smtpd } from "@smtpdlint/policy";
import { excerpt } from "../describe.ts";
import type { TestView } from "./test-view.ts";

/** A value that a word may have, and what it is. */
export interface TestValueOffer {
  readonly text: string;
  readonly detail?: string | undefined;
  readonly kind?: "file" | "folder";
}

/** So many keys of a table, and so many names, are offered. */
const mostKeys = 200;

/**
 * The values that may follow a word, by the configuration; `typed` is what of it
 * is there, `before` what its line has already. `list` has the names in a folder.
 */
export function valuesOf(
  view: TestView,
  word: string,
  { typed, before, list }: { typed: string; before: readonly string[]; list: (folder: string) => readonly string[] },
): readonly TestValueOffer[] {
  const [smtpd] = view.machines;
  const fixed = fixedValues[word] ?? [];
  const own = smtpd ? (namesOf[word]?.(smtpd) ?? []) : [];
  switch (word) {
    case "config":
    case "root":
      return pathsFor(word, typed, list);
    case "auth":
    case "local":
    case "users":
      return distinct([...(view.settings.users ?? []).map(offer), ...(smtpd ? usersOf(smtpd) : [])]);
    case "to":
    case "mail-from":
    case "recipient":
    case "sender":
      return [...fixed, ...distinct(smtpd ? addressesFor(view, smtpd, typed) : [])];
    case "reject":
    case "tempfail":
    case "disconnect":
      return repliesFor(word, before);
    default:
      return distinct([...fixed, ...own]);
  }
}

const offer = (text: string): TestValueOffer => ({ text });

const fixedValues: Readonly<Record<string, readonly TestValueOffer[]>> = {
  target: releases.toReversed().map(offer),
  fcrdns: ["pass", "fail", "error"].map(offer),
  rdns: [{ text: "none", detail: "the address has no name" }],
  at: phases.map(offer),
  from: [
    { text: "outside", detail: "any address that the configuration does not trust" },
    { text: "local", detail: "sendmail on this machine" },
    { text: "any", detail: "with never and always: every address" },
  ],
  to: [
    { text: "any-other-domain", detail: "with never and always: all that the configuration does not name" },
    { text: "any", detail: "with never and always: every recipient" },
  ],
  "mail-from": [{ text: "<>", detail: "nobody" }],
  sender: [
    { text: "<>", detail: "nobody" },
    { text: "srs", detail: "as SRS rewrites it" },
  ],
};

/** The names that a configuration has for a word. */
const namesOf: Readonly<Record<string, (smtpd: Smtpd) => TestValueOffer[]>> = {
  action: (smtpd) => definitions(smtpd, "action"),
  by: (smtpd) => definitions(smtpd, "filter"),
  filter: (smtpd) =>
    definitions(smtpd, "filter", (statement) => statement.kind === "filter" && !statement.phase && !statement.chain),
  tag: (smtpd) => definitions(smtpd, "tag"),
  hostname: (smtpd) => definitions(smtpd, "pki"),
  define: (smtpd) => definitions(smtpd, "macro"),
  rule: (smtpd) => smtpd.ruleset.map(({ match }, index) => statementOffer(smtpd, index, match)),
  listener: (smtpd) =>
    listenersOf(smtpd.policy).flatMap(({ listener }, index) =>
      listener ? statementOffer(smtpd, index, listener) : [],
    ),
  port: (smtpd) =>
    listenersOf(smtpd.policy).flatMap(({ listener }) => (listener ? portsOf(listener).map(String).map(offer) : [])),
  from: (smtpd) => smtpd.ruleset.flatMap(({ from }) => (from.kind === "address" ? addressesIn(from.condition) : [])),
  helo: (smtpd) => smtpd.ruleset.flatMap(({ helo }) => (helo ? plainKeys(helo) : [])).map(offer),
  relay: (smtpd) =>
    smtpd.policy.model.config.statements.flatMap((statement) => {
      const host = statement.kind === "action" ? optionOf(statement, "host")?.value : undefined;
      return host?.kind === "single-value" && !host.text.faulty ? offer(host.text.value) : [];
    }),
};

type Statement = Smtpd["policy"]["model"]["config"]["statements"][number];

const statementOffer = ({ policy }: Smtpd, index: number, statement: Statement): TestValueOffer => ({
  text: String(index + 1),
  detail: excerpt(policy.model, statement).split("\n", 1)[0],
});

function definitions(
  { policy }: Smtpd,
  kind: "action" | "filter" | "tag" | "pki" | "macro",
  fits: (statement: Statement) => boolean = () => true,
): TestValueOffer[] {
  const { model } = policy;
  return model.symbols
    .definitionsOfKind(kind)
    .filter(({ statement }) => fits(statement))
    .map(({ name, statement }) => ({ text: name, detail: excerpt(model, statement).split("\n", 1)[0] }));
}

/** Users who can log in, by the tables of credentials. */
function usersOf({ policy }: Smtpd): TestValueOffer[] {
  const { config, tables } = policy.model;
  return config.statements.flatMap((statement) => {
    const value = statement.kind === "listen" ? authOption(statement)?.value : undefined;
    if (!value || !isTable(value)) return [];
    const detail = "can log in";
    return (keysOf(tables.of(value)) ?? []).slice(0, mostKeys).map((text) => ({ text, detail }));
  });
}

const isTable = (value: { readonly kind: string }): value is TableExpression =>
  value.kind === "table-reference" || value.kind === "inline-table" || value.kind === "single-value";

/** Addresses of the configuration's domains: behind an @ only those, before it users and aliases too. */
function addressesFor(view: TestView, smtpd: Smtpd, typed: string): TestValueOffer[] {
  const domains = domainsOf(smtpd);
  const at = typed.indexOf("@");
  if (at !== -1) return domains.map((domain) => offer(`${typed.slice(0, at)}@${domain}`));
  const members = membersOf(smtpd);
  const names = [...(view.settings.users ?? []), ...members.filter((key) => !key.includes("@"))];
  const [domain] = domains;
  return [
    ...names.map((name) => offer(domain === undefined ? name : `${name}@${domain}`)),
    ...members.filter((key) => /^[^@]+@[^@]+$/.test(key)).map(offer),
  ];
}

/** The domains that match rules name, without patterns. */
function domainsOf(smtpd: Smtpd): string[] {
  const named = smtpd.ruleset.flatMap(({ destination }) => plainKeys(destination));
  return [...new Set(named)].filter((key) => /^[^*[\]/]+\.[^*[\]/]+$/.test(key));
}

/** The keys of aliases and virtual users. */
function membersOf({ policy }: Smtpd): string[] {
  const { config, tables } = policy.model;
  return config.statements.flatMap((statement) => {
    if (statement.kind !== "action") return [];
    const value = optionOf(statement, "alias", "virtual")?.value;
    return value && isTable(value) ? (keysOf(tables.of(value)) ?? []).slice(0, mostKeys) : [];
  });
}

const plainKeys = ({ negated, regex, table }: NonNullable<MatchRule["helo"]>): readonly string[] =>
  negated || regex ? [] : (table.keys ?? []).slice(0, mostKeys);

const addressesIn = (condition: NonNullable<MatchRule["helo"]>) =>
  plainKeys(condition)
    .map((key) => key.replace(/[[\]]/g, ""))
    .filter((key) => /^[\d.]+$|:/.test(key) && !key.includes("/"))
    .map(offer);

/** A code, and behind it what is said often. */
function repliesFor(word: string, before: readonly string[]): TestValueOffer[] {
  if (before[0] === "assume") return [offer(word === "disconnect" ? "421 go away" : "550 refused by the filter")];
  if (!["reject", "tempfail"].includes(before.at(-1) ?? "")) return [];
  return (word === "reject" ? ["550", "530", "524", "554"] : ["421", "450", "451"]).map(offer);
}

/** Configurations for `config`, folders for both. */
function pathsFor(
  word: "config" | "root",
  typed: string,
  list: (folder: string) => readonly string[],
): TestValueOffer[] {
  const folder = typed.slice(0, typed.lastIndexOf("/") + 1);
  return list(folder || ".").flatMap((name): TestValueOffer[] => {
    if (name.endsWith("/")) return [{ text: folder + name, kind: "folder" }];
    return word === "config" && /\.conf\b/.test(name) ? [{ text: folder + name, kind: "file" }] : [];
  });
}

function distinct(offers: readonly TestValueOffer[]): TestValueOffer[] {
  const found = new Map<string, TestValueOffer>();
  for (const item of offers) if (!found.has(item.text)) found.set(item.text, item);
  return [...found.values()];
}
