import { isSameSpan, touches } from "@smtpdlint/grammar";
import { messageFor, testText } from "@smtpdlint/lint";
import type { MatchRule, Smtpd } from "@smtpdlint/policy";
import type { View } from "../view.ts";
import { addressAt } from "./mail-subject.ts";

/** A message to begin with where somebody is asked which one to trace. */
export interface MessageToTrace {
  /** In the words of a policy test: `from outside to info@example.org`. */
  readonly message: string;
  /** True if it is about what is at the cursor. */
  readonly isHere: boolean;
}

/**
 * What the configuration itself knows: the address at a place, or a message that
 * the match rule there matches; else one that the first rule for a domain does,
 * or the first rule that accepts mail.
 */
export function messageToTrace(view: View, offset: number | undefined, smtpd: Smtpd): MessageToTrace {
  const { model, file } = view;
  if (offset !== undefined) {
    const written = addressAt(view, offset);
    if (written) return { message: `to ${testText(written.address)}`, isHere: true };
    const match = model.matches.findLast(({ span }) => span.file === file && touches(span, offset));
    const rule = match && smtpd.ruleset.find((one) => isSameSpan(one.match.span, match.span));
    const message = rule && messageFor(rule, smtpd);
    if (message !== undefined) return { message, isHere: true };
  }
  const rules = [...smtpd.ruleset].sort((one, other) => rankOf(one) - rankOf(other));
  for (const rule of rules.slice(0, mostRules)) {
    const message = messageFor(rule, smtpd);
    if (message !== undefined) return { message, isHere: false };
  }
  return { message: `to postmaster@${smtpd.environment.hostName ?? "localhost"}`, isHere: false };
}

/** For so many rules a message is looked for. */
const mostRules = 10;

const rankOf = ({ match: { outcome }, destination: { asRead } }: MatchRule): number => {
  if (outcome?.word === "reject") return 2;
  return asRead !== "implied" && asRead.subject?.word === "domain" ? 0 : 1;
};
