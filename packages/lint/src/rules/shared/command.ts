import type { Model } from "@smtpdlint/model";
import { type EntryPoint, type Message, outsideMessage } from "@smtpdlint/policy";
import { quoted } from "../../policy-tests/quoted.ts";

/** The command that shows what becomes of a message that comes in at an entry point; `commandOptions` are those of this run. */
export function traceCommand(
  model: Model,
  message: Message,
  { reach, listener }: EntryPoint,
  commandOptions: readonly string[],
): string {
  const { listeners } = model;
  const words = ["smtpdlint", "trace", mainFile(model), ...commandOptions, "--to", message.rcptTo];
  if (reach === "socket") words.push(message.mailFrom === "@" ? "--bounce" : "--socket");
  else words.push(...claimsOf(message));
  if (reach === "socket") return words.map(forShell).join(" ");
  if (listener && listeners.length > 1) words.push("--listener", String(listeners.indexOf(listener) + 1));
  if (message.user) words.push("--auth", message.user);
  return words.map(forShell).join(" ");
}

/** The same message in the words of a policy test, for who can show it at once. */
export function messageWords(model: Model, message: Message, { reach, listener }: EntryPoint): string {
  const to = `to ${quoted(message.rcptTo)}`;
  if (reach === "socket") return `${message.mailFrom === "@" ? "bounce" : "from local"} ${to}`;
  const { src, rdns, helo, mailFrom, user } = message;
  const usual = outsideMessage;
  const parts = [
    `from ${src === usual.src ? "outside" : src}`,
    listener && model.listeners.length > 1 && `listener ${model.listeners.indexOf(listener) + 1}`,
    rdns !== usual.rdns && `rdns ${quoted(rdns || "none")}`,
    helo !== usual.helo && `helo ${quoted(helo)}`,
    user !== undefined && user !== "" && `auth ${quoted(user)}`,
    mailFrom !== usual.mailFrom && user === undefined && `mail-from ${quoted(mailFrom === "@" ? "<>" : mailFrom)}`,
    to,
  ];
  return parts.filter(Boolean).join(" ");
}

/** What of a message is not what `trace` takes where nothing is said. */
function claimsOf({ src, rdns, helo, mailFrom, user }: Message): string[] {
  const usual = outsideMessage;
  return [
    ...(src === usual.src ? [] : ["--client", src]),
    ...(rdns === usual.rdns ? [] : ["--rdns", rdns || "none"]),
    ...(helo === usual.helo ? [] : ["--helo", helo]),
    ...(mailFrom === usual.mailFrom || user !== undefined ? [] : ["--from", mailFrom === "@" ? "" : mailFrom]),
  ];
}

/** The command that writes a configuration of the language before 6.4 in today's. */
export const migrateCommand = (model: Model, commandOptions: readonly string[]): string =>
  ["smtpdlint", "migrate", mainFile(model), ...commandOptions].map(forShell).join(" ");

/** The main file as a command line names it. */
const mainFile = ({ config, nameOf }: Model) => nameOf(config.files[0]?.path ?? "");

/** A word as a shell takes it for one. */
export const forShell = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
