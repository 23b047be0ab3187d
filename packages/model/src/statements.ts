import type { Action, Listen, Option } from "@smtpdlint/grammar";

/** The first option of a statement that starts with one of these words; smtpd refuses a second one. */
export function optionOf(
  { options }: Pick<Listen | Action, "options">,
  ...words: readonly string[]
): Option | undefined {
  return options.find(({ keyword }) => words.includes(keyword.word));
}

/** The option that turns TLS on: tls, tls-require or smtps. */
export const tlsOption = (listener: Listen): Option | undefined => optionOf(listener, "tls", "tls-require", "smtps");

/** The option that binds a listener to one version of IP. */
export const familyOption = (listener: Listen): Option | undefined => optionOf(listener, "inet4", "inet6");

/** The option that lets clients log in, or demands it. */
export const authOption = (listener: Listen): Option | undefined => optionOf(listener, "auth", "auth-optional");

/** The methods of an action after which another server has the mail. */
export const isRelay = ({ method }: Action): boolean => method?.word === "relay";
