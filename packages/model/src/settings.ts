import type { Config, Smtp } from "@smtpdlint/grammar";

/** What separates a user from a tag in an address: `smtp sub-addr-delim`, the last one counts. */
export function subAddressDelimiter({ statements }: Config): string {
  const isDelimiter = (item: (typeof statements)[number]): item is Smtp =>
    item.kind === "smtp" && item.setting?.word === "sub-addr-delim";
  const value = statements.findLast(isDelimiter)?.value;
  return value?.kind === "text" && !value.faulty ? value.value : "+";
}
