import type { TableFile } from "@smtpdlint/model";

/** The keys of the configuration files of table-mysql(5), table-postgres(5), table-sqlite(5), table-ldap(5) and table-redis(5). */
const settings =
  /^(?:query_(?:alias|domain|credentials|userinfo|netaddr|source|mailaddr|mailaddrmap|addrname)|conninfo|host|username|password|database|dbpath|url|basedn|(?:alias|domain|credentials|userinfo|netaddr|mailaddr)_(?:filter|attributes)|expire|refresh)$/;

/** So many lines are looked at. */
const enough = 50;

/** True for the configuration of a database that stands where smtpd looks for the entries of a table. */
export function isBackendConfiguration(file: TableFile): boolean {
  if (file.kind !== "mapping" || file.size < 2) return false;
  const keys = Array.from({ length: Math.min(file.size, enough) }, (_, index) => file.key(index));
  return keys.every((key) => settings.test(key) || key.startsWith("query_"));
}
