/** A line of a client, taken apart. */
export interface Command {
  /** In capitals; two of them have a blank in their names. */
  readonly name: string;
  readonly argument: string | undefined;
}

export function splitCommand(line: string): Command {
  const separator = /^(?:mail from|rcpt to):/i.test(line) ? ":" : " ";
  const [name, argument] = splitAt(line, separator);
  return { name: (name as string).toUpperCase(), argument: argument?.replace(/^[ \t\n\v\f\r]+/, "") };
}

/** The text before and behind a separator. */
export function splitAt(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
