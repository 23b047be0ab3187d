/** What may stand in `%{…}` and what it stands for (mda_variables.c, mda_expand_token). */
export const formatSpecifiers: Readonly<Record<string, string>> = {
  sender: "the sender's address in the envelope",
  "sender.user": "the sender's address up to the @",
  "sender.domain": "the sender's domain",
  rcpt: "the recipient's address as the client gave it",
  "rcpt.user": "the recipient's address up to the @",
  "rcpt.domain": "the recipient's domain",
  dest: "the recipient's address after aliases",
  "dest.user": "the recipient after aliases, up to the @",
  "dest.domain": "the recipient's domain after aliases",
  "user.username": "the name of the user who gets the mail",
  "user.directory": "the home directory of that user",
  "mbox.from": "the sender for a mailbox's From line, MAILER-DAEMON if it is empty",
  mda: "in an mda wrapper, the command that it wraps",
};

export const formatNames: readonly string[] = Object.keys(formatSpecifiers);

/** What may follow a `:` there, with `|` between several (mda_variables.c, token_modifiers). */
export const formatModifiers: Readonly<Record<string, string>> = {
  lowercase: "in lower case",
  uppercase: "in upper case",
  strip: "without the tag of a subaddress",
  raw: "without replacing the characters that are special in a shell or a path",
};

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
    .every((modifier) => Object.hasOwn(formatModifiers, modifier.toLowerCase()))
    ? undefined
    : "modifier";
}
