import { Regex } from "@smtpdlint/model";

/** What a table of expressions says of all texts that are not empty; `open` if that depends on the text. */
export function answerToAll(expressions: readonly string[]): boolean | "open" {
  const kinds = expressions.map((expression) => {
    const parsed = Regex.parse(expression);
    // smtpd goes on where regcomp(3) fails.
    if (parsed !== "unsupported" && !(parsed instanceof Regex)) return false;
    if (/^\^?(?:\.[*+])?\$?$/.test(expression)) return expression !== "^$";
    return "open";
  });
  if (kinds.includes(true)) return true;
  return kinds.includes("open") ? "open" : false;
}
