import { type IncludeFailed, type ParseOptions, problemsOf } from "@smtpdlint/grammar";
import type { Host } from "./host.ts";
import type { Model } from "./model.ts";

/**
 * The included files that were not read, in two parts: those that smtpd cannot
 * open on this machine, and all others. A directory opens, and is empty.
 */
export function unreadIncludes({ problems, machine }: Model): { refused: IncludeFailed[]; other: IncludeFailed[] } {
  const failed = problemsOf(problems, "include-failed");
  const isRefused = ({ reason }: IncludeFailed) => machine !== undefined && fatal.has(reason);
  return { refused: failed.filter(isRefused), other: failed.filter((item) => !isRefused(item)) };
}

const fatal: ReadonlySet<string> = new Set(["not-found", "no-permission", "unreadable"]);

/** Ten files that each include the next ten times are a million: so many files, and characters of them, are read. */
const mostIncludes = 2_000;
const mostIncluded = 20_000_000;

/** Reads the files that a configuration includes. */
export function includeWithin(host: Host): NonNullable<ParseOptions["include"]> {
  let includes = 0;
  let included = 0;
  return (name, from) => {
    if (++includes > mostIncludes || included > mostIncluded) return { path: name, failure: "too-large" };
    const result = host.readFile(name, from.path, "configuration");
    if ("text" in result) included += result.text.length;
    return result;
  };
}
