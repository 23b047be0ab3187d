import type { Listen, Option } from "@smtpdlint/grammar";

/** The option that turns TLS on: tls, tls-require or smtps. */
export function tlsOption({ options }: Listen): Option | undefined {
  return options.find(({ keyword }) => ["tls", "tls-require", "smtps"].includes(keyword.word));
}

export const hasTls = (listener: Listen): boolean => tlsOption(listener) !== undefined;
