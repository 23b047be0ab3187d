import type { Model } from "@smtpdlint/model";
import { type EntryPoint, listenersOf, type Message, outsideMessage, type Policy } from "@smtpdlint/policy";
import { quoted } from "../../policy-tests/quoted.ts";

/** The command that shows what becomes of a message that comes in at an entry point; `commandOptions` are those of this run. */
export function traceCommand(
  policy: Policy,
  message: Message,
  point: EntryPoint,
  commandOptions: readonly string[],
): string {
  const words = ["smtpdlint", "trace", mainFile(policy.model), ...commandOptions, "--to", message.rcptTo];
  if (point.reach === "socket") words.push(message.mailFrom === "@" ? "--bounce" : "--socket");
  else words.push(...claimsOf(message));
  if (point.reach === "socket") return words.map(forShell).join(" ");
  const number = numberOf(point, policy);
  if (number) words.push("--listener", String(number));
  if (message.user) words.push("--auth", message.user);
  return words.map(forShell).join(" ");
}

/** The same message in the words of a policy test, for who can show it at once. */
export function messageWords(policy: Policy, message: Message, point: EntryPoint): string {
  const to = `to ${quoted(message.rcptTo)}`;
  if (point.reach === "socket") return `${message.mailFrom === "@" ? "bounce" : "from local"} ${to}`;
  const { src, rdns, helo, mailFrom, user } = message;
  const usual = outsideMessage;
  const number = numberOf(point, policy);
  const parts = [
    `from ${src === usual.src ? "outside" : src}`,
    number && `listener ${number}`,
    rdns !== usual.rdns && `rdns ${quoted(rdns || "none")}`,
    helo !== usualHelo(message) && `helo ${quoted(helo)}`,
    user !== undefined && user !== "" && `auth ${quoted(user)}`,
    mailFrom !== usual.mailFrom && user === undefined && `mail-from ${quoted(mailFrom === "@" ? "<>" : mailFrom)}`,
    to,
  ];
  return parts.filter(Boolean).join(" ");
}

/** By which number a listener is named; undefined if there is no other. */
function numberOf({ listener }: EntryPoint, policy: Policy): number | undefined {
  const listeners = listenersOf(policy);
  return listeners.length > 1 ? listeners.findIndex((point) => point.listener === listener) + 1 : undefined;
}

/** A client that has a reverse name calls itself by that where nothing else is said: see `scenarioOf`. */
const usualHelo = ({ rdns }: Message): string => rdns || outsideMessage.helo;

/** What of a message is not what `trace` takes where nothing is said. */
function claimsOf(message: Message): string[] {
  const { src, rdns, helo, mailFrom, user } = message;
  const usual = outsideMessage;
  return [
    ...(src === usual.src ? [] : ["--client", src]),
    ...(rdns === usual.rdns ? [] : ["--rdns", rdns || "none"]),
    ...(helo === usualHelo(message) ? [] : ["--helo", helo]),
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
