import type { Model } from "@smtpdlint/model";
import type { EntryPoint, Message } from "@smtpdlint/policy";

/** The command that shows what becomes of a message that comes in at an entry point. */
export function traceCommand({ config, listeners }: Model, message: Message, { reach, listener }: EntryPoint): string {
  const options = [`--to ${forShell(message.rcptTo)}`];
  if (reach === "socket") options.push("--socket");
  else if (listener && listeners.length > 1) options.push(`--listener ${listeners.indexOf(listener) + 1}`);
  if (message.user) options.push(`--auth ${message.user}`);
  return `smtpdlint trace ${forShell(config.files[0]?.path ?? "")} ${options.join(" ")}`;
}

/** A word as a shell takes it for one. */
const forShell = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
