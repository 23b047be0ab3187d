import type { TableFile } from "@smtpdlint/model";
import { backends, settingsOf } from "./backends.ts";

const known: ReadonlySet<string> = new Set(Object.values(backends).flatMap(settingsOf));

/** So many lines are looked at. */
const enough = 50;

/** True for the configuration of a database that stands where smtpd looks for the entries of a table. */
export function isBackendConfiguration(file: TableFile): boolean {
  if (file.kind !== "mapping" || file.size < 2) return false;
  const keys = Array.from({ length: Math.min(file.size, enough) }, (_, index) => file.key(index));
  return keys.every((key) => known.has(key) || key.startsWith("query_"));
}
