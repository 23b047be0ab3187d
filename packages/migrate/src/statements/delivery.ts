import { isAtLeast, type legacy, PLACEHOLDER, type TableExpression } from "@smtpdlint/grammar";
import { checkFormat, quote } from "@smtpdlint/model";
import type { Context } from "../context.ts";
import type { OldEntry } from "../old-tables.ts";
import { type Piece, pieces } from "../pieces.ts";

/** The method of a new action with its options, and what its name says. */
export interface NewAction {
  readonly parts: readonly Piece[];
  readonly hint: string;
}

/** Translates what an accepting rule does with mail for this machine. */
export function translateDelivery(rule: legacy.Rule, context: Context): NewAction {
  const { words } = context;
  const action = rule.action?.kind === "delivery" ? rule.action : undefined;
  const isForwardOnly = rule.options.some(({ keyword }) => keyword.word === "forward-only");
  const lookups = rule.lookups.map((lookup) => translateLookup(lookup, context));
  announceLookups(rule, context);
  if (!action) {
    if (!isForwardOnly)
      context.announce(
        "no-action",
        rule.span,
        "6.0.3 refused a recipient for whom a user was left in the end; expand-only accepts it and delivers nothing",
      );
    const method = isForwardOnly ? "forward-only" : "expand-only";
    return { parts: pieces(method, lookups.flat()), hint: method.replace("-", "_") };
  }
  const { method, argument, rcptTo } = action;
  const parts = pieces(
    words.keyword(method),
    argument && translateArgument(method.word, argument, context),
    rcptTo && words.keyword(rcptTo),
    lookups.flat(),
    translateUser(action, context),
  );
  const prefix = rule.lookups.some(({ keyword }) => keyword.word === "virtual") ? "virtual" : "local";
  return { parts, hint: `${prefix}_${method.word === "mda" ? programOf(argument?.value ?? "") : method.word}` };
}

/** The name of a program in a command. */
const programOf = (command: string) => /^["']?(?:\S*\/)?([A-Za-z0-9._-]+)/.exec(command)?.[1] ?? "mda";

function translateArgument(
  method: string,
  argument: NonNullable<legacy.Delivery["argument"]>,
  context: Context,
): Piece {
  const { words, announce } = context;
  const { value, span } = argument;
  if (method !== "lmtp" && !value.includes(PLACEHOLDER)) {
    const [problem] = checkFormat(value, false);
    if (problem) {
      const format = quote(value.slice(problem.start, problem.end));
      announce(
        "format-late",
        span,
        `smtpd does not know ${format}: it refused the recipient before 6.4, and accepts the mail and cannot deliver it now`,
      );
    }
  }
  if (method !== "mda" || !value.includes('"')) return words.text(argument);
  // The command is put between double quotes today (mda_unpriv.c and mail.mda).
  announce(
    "mda-quotes",
    span,
    `double quotes end the command today, so that ' took their place: check that ${quote(value)} still means the same`,
  );
  return { text: words.quoted(value.replaceAll('"', "'")), from: span };
}

function translateUser({ method, user }: legacy.Delivery, { words, target, announce }: Context): Piece[] | undefined {
  if (!user) return undefined;
  if (method.word === "lmtp" && isAtLeast(target, "7.0") && !isAtLeast(target, "7.5")) {
    announce(
      "lmtp-user",
      user.span,
      `'as ${user.value}' is left out: from 7.0 to 7.4 smtpd speaks LMTP as its own user`,
    );
    return undefined;
  }
  if (isAtLeast(target, "7.5"))
    announce(
      "forward-skipped",
      user.span,
      `with 'user ${user.value}' smtpd no longer reads the ~/.forward of recipients: mail that they forwarded is delivered`,
    );
  return pieces("user", words.text(user));
}

function translateLookup({ keyword, value }: legacy.Option, { words, facts }: Context): Piece[] {
  const table = value as TableExpression;
  // Up to 5.2 a table's name stood there without brackets.
  const isName = table.kind === "single-value" && facts.tables.find(table.text.value) !== undefined;
  const written = words.table(table);
  return pieces(words.keyword(keyword), isName ? { ...written, text: `<${written.text}>` } : written);
}

/** Says what of an alias table means something else today. */
function announceLookups({ lookups }: legacy.Rule, { facts, words, announce }: Context): void {
  const tableOf = (...names: string[]) => lookups.find(({ keyword }) => names.includes(keyword.word));
  const aliases = tableOf("alias", "virtual");
  if (!aliases) return;
  const { span } = aliases;
  const table = aliases.value as TableExpression;
  const entries = facts.tables.of(table);
  const name = quote(words.slice(table.span));
  if (!entries) return;
  const find = (test: (member: string, key: string) => boolean) =>
    entries.find((entry) => membersOf(entry).some((member) => test(member, entry.key)))?.key;
  const maildir = find((member) => member.startsWith("maildir:"));
  if (maildir !== undefined)
    announce(
      "alias-maildir",
      span,
      `${name} sends ${quote(maildir)} to a maildir: today smtpd cannot read such an alias; give this recipient an action of its own`,
    );
  const self = find((member, key) => member.toLowerCase() === key.toLowerCase() && !key.includes("@"));
  if (self !== undefined)
    announce(
      "alias-to-self",
      span,
      `${name} has ${quote(self)} as an alias for itself: its ~/.forward was skipped, and is read now`,
    );
  const userbase = tableOf("userbase");
  const program = userbase && find((member) => /^"?[|/]/.test(member));
  if (program !== undefined && facts.someEntry(userbase?.value as TableExpression, (key) => key === "_smtpd") === false)
    announce(
      "program-in-alias",
      span,
      `${name} sends ${quote(program)} to a program or file: 6.0.3 refused it, as the userbase has no user _smtpd; today it works`,
    );
}

/** The members of an alias, quotes kept. */
const membersOf = ({ value = "" }: OldEntry) => value.split(",").map((member) => member.trim());
