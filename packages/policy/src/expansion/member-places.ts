import type { Span } from "@smtpdlint/grammar";
import type { Entry, Model } from "@smtpdlint/model";
import { type Member, placedMembers } from "./members.ts";

/** A member where it is written; undefined for one that smtpd does not understand. */
export interface MemberPlace {
  readonly member: Member | undefined;
  readonly span: Span;
}

/** The members of an entry of aliases or virtual users, from a file or the configuration. */
export function membersIn({ value, valueSpan }: Entry, { sources, target }: Model): MemberPlace[] {
  if (value === undefined || !valueSpan) return [];
  const { file, start: valueStart } = valueSpan;
  // Escapes and macros hide where its parts are.
  const shift = sources.textAt(valueSpan).indexOf(value);
  return placedMembers(value, target).map(({ member, start, end }) => ({
    member,
    span: shift === -1 ? valueSpan : { file, start: valueStart + shift + start, end: valueStart + shift + end },
  }));
}
