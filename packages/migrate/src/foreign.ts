import { beginAnew, foreignFileOf } from "@smtpdlint/lint";

/** Why a text is not translated that is all another mail program's; undefined for anything else. */
export function foreignRefusal(text: string): string | undefined {
  const program = foreignFileOf(text);
  if (program === undefined) return undefined;
  return `this is a configuration file of ${program}: migrate reads smtpd.conf from before OpenSMTPD 6.4; ${beginAnew}`;
}
