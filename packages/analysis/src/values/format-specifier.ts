/** The names that may stand in `%{…}` (mda_variables.c, mda_expand_token). */
export const formatNames: readonly string[] = [
  "sender",
  "sender.user",
  "sender.domain",
  "rcpt",
  "rcpt.user",
  "rcpt.domain",
  "dest",
  "dest.user",
  "dest.domain",
  "user.username",
  "user.directory",
  "mbox.from",
  "mda",
];

const modifiers = new Set(["lowercase", "uppercase", "strip", "raw"]);

export interface FormatProblem {
  readonly problem: "name" | "modifier" | "sliced" | "slice" | "open" | "mda";
  /** Offsets in the text. */
  readonly start: number;
  readonly end: number;
}

/** What smtpd cannot expand in a command or path (mda_variables.c, mda_expand_format). */
export function checkFormat(text: string, isWrapper: boolean): FormatProblem[] {
  const problems: FormatProblem[] = [];
  for (let at = 0; at < text.length; at++) {
    if (text.startsWith("%%", at)) at++;
    else if (text.startsWith("%{", at)) {
      const close = text.indexOf("}", at);
      if (close === -1) return [...problems, { problem: "open", start: at, end: text.length }];
      const problem = checkToken(text.slice(at + 2, close), isWrapper);
      if (problem) problems.push({ problem, start: at, end: close + 1 });
      at = close;
    }
  }
  return problems;
}

/** `name`, `name[from:to]` or `name:modifier|modifier`. */
function checkToken(token: string, isWrapper: boolean): FormatProblem["problem"] | undefined {
  const [, name = "", slice, rest = ""] = /^([^:[]*)(?:\[([^\]]*)\])?([\s\S]*)$/.exec(token) ?? [];
  if (!formatNames.includes(name.toLowerCase())) return "name";
  if (name.toLowerCase() === "mda" && !isWrapper) return "mda";
  if (slice !== undefined && !/^(?:-?\d+|(?:-?\d+)?:(?:-?\d+)?)$/.test(slice)) return "slice";
  if (slice !== undefined && rest.includes(":")) return "sliced";
  if (!rest.startsWith(":")) return rest === "" || slice !== undefined ? undefined : "modifier";
  return rest
    .slice(1)
    .split("|")
    .every((modifier) => modifiers.has(modifier.toLowerCase()))
    ? undefined
    : "modifier";
}
