import type { Table } from "@smtpdlint/grammar";
import { type BackendSetting, backendSettings, type Model, sourceOf } from "@smtpdlint/model";

/** What smtpd asks a table for (smtpd.h, enum table_service), by the names that the backends' settings have. */
export type Question =
  | "alias"
  | "domain"
  | "credentials"
  | "netaddr"
  | "userinfo"
  | "source"
  | "mailaddr"
  | "mailaddrmap"
  | "addrname";

/** A backend whose program asks a database, and what it reads of its file. */
export interface Backend {
  /** Settings besides those of questions. */
  readonly settings: readonly string[];
  /** Those without which its program ends at its start. */
  readonly needed: readonly string[];
  /** The settings for a question, all of which are needed; undefined for one that it has no answer to. */
  readonly settingsFor: (question: Question) => readonly string[] | undefined;
  /** True if it answers without settings for the question. */
  readonly hasDefaults: boolean;
  /** True if its program ends where a setting lacks its value or is given twice; the others go on. */
  readonly isStrict: boolean;
}

/** The program asks for the source addresses all at once. */
const sqlSettings = (question: Question) => [question === "source" ? "fetch_source" : `query_${question}`];

const sourceSettings = ["fetch_source_expire", "fetch_source_refresh", "query_source"];

/** table_ldap.c and table_redis.c know fewer questions. */
const without =
  (...missing: readonly Question[]) =>
  (settings: (question: Question) => readonly string[]) =>
  (question: Question) =>
    missing.includes(question) ? undefined : settings(question);

/** By the name that stands in `table NAME BACKEND:PATH` (table_mysql.c and its like). */
export const backends: Readonly<Record<string, Backend>> = {
  mysql: {
    settings: ["host", "username", "password", "database", ...sourceSettings],
    needed: [],
    settingsFor: sqlSettings,
    hasDefaults: false,
    isStrict: true,
  },
  postgres: {
    settings: ["conninfo", ...sourceSettings],
    needed: ["conninfo"],
    settingsFor: sqlSettings,
    hasDefaults: false,
    isStrict: true,
  },
  sqlite: {
    settings: ["dbpath", ...sourceSettings],
    needed: ["dbpath"],
    settingsFor: sqlSettings,
    hasDefaults: false,
    isStrict: false,
  },
  ldap: {
    settings: ["url", "username", "password", "basedn", "ca_file"],
    needed: ["url"],
    settingsFor: without("source", "addrname")((question) => [`${question}_filter`, `${question}_attributes`]),
    hasDefaults: false,
    isStrict: false,
  },
  redis: {
    settings: ["master", "master_port", "slave", "slave_port", "password", "database", "query_source"],
    needed: [],
    settingsFor: without("source", "mailaddrmap")((question) => [`query_${question}`]),
    hasDefaults: true,
    isStrict: true,
  },
};

const questions: readonly Question[] = [
  "alias",
  "domain",
  "credentials",
  "netaddr",
  "userinfo",
  "source",
  "mailaddr",
  "mailaddrmap",
  "addrname",
];

/** All that a backend knows. */
export const settingsOf = ({ settings, settingsFor }: Backend): readonly string[] => [
  ...settings,
  ...questions.flatMap((question) => settingsFor(question) ?? []),
];

/** A table that a database answers for, and what its file says. */
export interface BackendTable {
  readonly name: string;
  readonly backend: Backend;
  readonly settings: readonly BackendSetting[];
}

/** Undefined for other tables, and if nobody has read the file. */
export function backendTable(table: Table, model: Model): BackendTable | undefined {
  const name = sourceOf(table)?.backend ?? "";
  const backend = Object.hasOwn(backends, name) ? backends[name] : undefined;
  const { configuration } = model.tables.declared(table);
  return backend && configuration && { name, backend, settings: backendSettings(configuration) };
}
