import type { Span } from "@smtpdlint/grammar";
import { type Model, quoteText } from "@smtpdlint/model";

/** What stands before a command in its line: filters, processes, deliveries and wrappers have one. */
const before = /(?:\b(?:proc-exec|mda|mda[ \t]+wrapper[ \t]+\S+)|^[ \t]*proc[ \t]+\S+)[ \t]+$/;

/** Its words, up to an option of the statement, a comment, or the end of the line. */
const words =
  /^[^\s"'#{}]+(?:[ \t]+(?!(?:user|group|chroot|alias|virtual|userbase|wrapper|ttl)(?:\s|$))[^\s"'#{}]+)+(?=\s|$)/;

/** The command of several words without quotes that begins at a place, and how it is written. */
export function unquotedCommand({ file, start }: Span, { sources }: Model) {
  const { text } = sources.fileOf({ file, start, end: start });
  const near = text.slice(Math.max(0, start - mostBefore), start);
  const newline = near.lastIndexOf("\n");
  // A line may be as long as a file, with a finding for each word.
  if (newline === -1 && start > mostBefore) return undefined;
  const line = near.slice(newline + 1);
  const [command] = (before.test(line) && words.exec(text.slice(start, start + mostCommand))) || [];
  const quoted = command === undefined || /[\\$]/.test(command) ? undefined : quoteText(command);
  if (command === undefined || quoted === undefined) return undefined;
  const span: Span = { file, start, end: start + command.length };
  return { span, quoted, help: `a command with its options is one text: write ${quoted}` };
}

/** So many characters are read of what stands before a command on its line. */
const mostBefore = 300;

/** Longer ones smtpd does not take. */
const mostCommand = 2048;
