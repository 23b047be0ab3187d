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

/** The backend that an unknown one is most likely a slip of. */
export const backendMeant = (backend: string): string | undefined => nearest(backend, knownBackends);

/** What to do about `BACKEND[:PATH]` where the backend is like no other. */
export function helpForBackend(path: string | undefined): string {
  if (path !== undefined) return "write file:/PATH for a file";
  return "the path of a file must start with '/'; put entries in braces, { a, b }";
}
