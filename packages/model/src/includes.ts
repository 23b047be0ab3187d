import { type IncludeFailed, problemsOf } from "@smtpdlint/grammar";
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
