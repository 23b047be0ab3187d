import type { Assumptions } from "../assumptions.ts";
import type { Environment } from "../environment.ts";
import { type LineSyntax, type LogicalLine, logicalLines } from "./logical-lines.ts";
import { realPath } from "./real-path.ts";

/**
 * The lines of a file that an alias includes (aliases.c,
 * aliases_expand_include): none of a folder, `missing` if smtpd, as its own
 * user, cannot open it, `unknown` if its contents are.
 */
export function includedLines(
  environment: Pick<Environment, "entry">,
  path: string,
  assumptions: Assumptions,
): readonly LogicalLine[] | "missing" | "unknown" {
  const found = realPath(environment, path);
  if (found === "missing" || found === "blocked") return "missing";
  if (!found || found.entry.kind === "special") {
    const question = { topic: "include file", about: path, answers: ["missing", "other"] } as const;
    return assumptions.endsAt(question, "other") ? "unknown" : "missing";
  }
  const { entry } = found;
  if (entry.kind === "folder") return [];
  if ((entry.mode & readableByOthers) === 0) {
    const question = { topic: "include file", about: path, answers: ["readable", "missing"] } as const;
    if (assumptions.assume(question) === "missing") return "missing";
  }
  return [...logicalLines(entry.text, includeSyntax)];
}

/** How lines are continued there: smtpd gives the characters in another order than fparseln(3) wants them. */
export const includeSyntax: LineSyntax = { continuation: "#", comment: undefined };

const readableByOthers = 0o004;
