import { nearest } from "../text/nearest.ts";

/** The backends that are part of smtpd (table.c); `file` is another name of `static`. */
const ownBackends: readonly string[] = ["static", "file", "db", "getpwnam", "proc"];

/** Those that come as programs of their own, in OpenSMTPD-extras and its successors. */
const addOnBackends: readonly string[] = [
  "ldap",
  "mysql",
  "passwd",
  "postgres",
  "redis",
  "socketmap",
  "sqlite",
  "stub",
];

export const knownBackends: readonly string[] = [...ownBackends, ...addOnBackends];

export const isOwnBackend = (backend: string) => ownBackends.includes(backend);

/** True for a backend whose program reads a text file at its start. */
export const hasConfiguration = (backend: string) =>
  ["ldap", "mysql", "passwd", "postgres", "redis", "sqlite"].includes(backend);

/** What the author of `BACKEND[:PATH]` may have meant, if the backend is unknown. */
export function helpForBackend(backend: string, path: string | undefined): string {
  const suggestion = nearest(backend, knownBackends);
  if (suggestion) return `did you mean ${suggestion}?`;
  if (path !== undefined) return "write file:/PATH for a file";
  return "the path of a file must start with '/'; put entries in braces, { a, b }";
}
