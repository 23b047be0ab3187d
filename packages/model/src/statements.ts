import {
  type Action,
  type Listen,
  type Match,
  type Option,
  originOf,
  partIn,
  type Statement,
} from "@smtpdlint/grammar";

/** The first option of a statement that starts with one of these words; smtpd refuses a second one. */
export function optionOf(
  statement: Extract<Statement, { readonly options: readonly Option[] }>,
  ...words: readonly string[]
): Option | undefined {
  const asRead = originOf(statement).options.find(({ keyword }) => words.includes(keyword.word));
  return asRead && partIn(statement, asRead);
}

/** The option that turns TLS on: tls, tls-require or smtps. */
export const tlsOption = (listener: Listen): Option | undefined => optionOf(listener, "tls", "tls-require", "smtps");

/** The option that binds a listener to one version of IP. */
export const familyOption = (listener: Listen): Option | undefined => optionOf(listener, "inet4", "inet6");

/** The option that lets clients log in, or demands it. */
export const authOption = (listener: Listen): Option | undefined => optionOf(listener, "auth", "auth-optional");

/** The methods of an action after which another server has the mail. */
export const isRelay = (action: Action): boolean => originOf(action).method?.word === "relay";

/** What a match rule does with a message: `action` or `reject`; undefined if nobody has written it yet. */
export const outcomeOf = (match: Match): string | undefined => originOf(match).outcome?.word;
