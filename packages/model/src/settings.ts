import type { Config, Release } from "@smtpdlint/grammar";
import type { Model } from "./model.ts";
import { parseSize } from "./values/size.ts";

/** What separates a user from a tag in an address: `smtp sub-addr-delim`, the last one counts. */
export function subAddressDelimiter(model: Pick<Model, "statementsOf">): string {
  const value = model.statementsOf("smtp").findLast(({ setting }) => setting?.word === "sub-addr-delim")?.value;
  return value?.kind === "text" && !value.faulty ? value.value : "+";
}

/** The limits of a session: `smtp limit …` and `smtp max-message-size`. */
export interface SessionLimits {
  readonly mails: number;
  readonly recipients: number;
  readonly bytes: number;
}

/** Those that a configuration sets, and smtpd's own for the rest (config.c); of statements for the same thing the last one counts. */
export function sessionLimits({ statements }: Config, target: Release): SessionLimits {
  const settings = statements.filter((statement) => statement.kind === "smtp");
  const limit = (name: string) =>
    settings.flatMap(({ limits }) => limits).findLast((item) => item.name.value === name)?.value?.value;
  const size = settings.findLast(({ setting }) => setting?.word === "max-message-size")?.value;
  const bytes = size?.kind === "number" ? size.value : size && Number(parseSize(size.value, target) ?? 0n);
  return {
    mails: limit("max-mails") ?? 100,
    recipients: limit("max-rcpt") ?? 1000,
    bytes: bytes ?? 35 * 1024 * 1024,
  };
}
