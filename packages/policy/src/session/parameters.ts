import { byteLength } from "@smtpdlint/grammar";
import { parseMailAddress } from "@smtpdlint/model";
import { addressText } from "../expansion/envelope.ts";
import type { Listener } from "./listener.ts";
import { parsePath } from "./reply-path.ts";
import type { SessionServer } from "./session-server.ts";
import { notifyBits, type Transaction } from "./transaction.ts";

/** What a parameter changes, and what decides about it. */
export interface ParameterContext {
  readonly transaction: Transaction;
  readonly listener: Pick<Listener, "offersDsn">;
  readonly smtpd: Pick<SessionServer, "replies" | "isAtLeast">;
}

/** Takes a parameter into the transaction, or says what smtpd has against it. */
type TakeParameter = (parameter: string, context: ParameterContext) => string | undefined;

/** Takes all parameters of a MAIL FROM or RCPT TO into the transaction, up to the first that smtpd refuses. */
export function takeParameters(text: string, take: TakeParameter, context: ParameterContext): string | undefined {
  for (const parameter of text.split(" ").filter(Boolean)) {
    const problem = take(parameter, context);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Of MAIL FROM. */
export const senderParameter: TakeParameter = (parameter, { transaction, listener, smtpd: { replies } }) => {
  if (/^(?:AUTH=|SIZE=|BODY=7BIT$|BODY=8BITMIME$)/i.test(parameter)) return undefined;
  const [, name, value = ""] = /^(RET|ENVID)=(.*)$/is.exec(parameter) ?? [];
  if (!name || !listener.offersDsn) return replies.senderOption(parameter);
  if (/^RET$/i.test(name)) {
    const returns = value.toUpperCase();
    if (returns === "HDRS" || returns === "FULL") transaction.returns = returns;
    return undefined;
  }
  if (byteLength(value) > mostOfEnvelopeId) return replies.envelopeIdTooLong(value);
  transaction.envelopeId = value;
  return undefined;
};

/** Of RCPT TO. */
export const recipientParameter: TakeParameter = (parameter, { transaction, listener, smtpd }) => {
  const { replies } = smtpd;
  const [, name = "", value = ""] = /^(NOTIFY|ORCPT)=(.*)$/is.exec(parameter) ?? [];
  if (!name || !listener.offersDsn) return replies.recipientOption(parameter);
  if (/^NOTIFY$/i.test(name)) {
    for (const word of value.toUpperCase().split(",")) {
      if (Object.hasOwn(notifyBits, word)) transaction.notify |= notifyBits[word as keyof typeof notifyBits];
    }
    const { notify } = transaction;
    return notify > notifyBits.NEVER ? replies.notifyNever : undefined;
  }
  const original = smtpd.isAtLeast("7.5") ? parseOriginal(value) : parseOldOriginal(value);
  if (original === undefined) return replies.originalRecipient;
  transaction.originalRecipient = original || undefined;
  return undefined;
};

/** DSN_ENVID_LEN */
const mostOfEnvelopeId = 100;

/** `rfc822;x@example.org`, with xtext behind the semicolon (RFC 3461, section 4). */
function parseOriginal(value: string): string | undefined {
  const text = value.slice(value.indexOf(";") + 1);
  const isText = value.includes(";") && /^(?:[!-*,-<>-~]|\+[0-9A-F]{2})*$/.test(text);
  return isText && byteLength(value) < mostOfOriginal ? value : undefined;
}

/** DSN_ORCPT_LEN and its NUL */
const mostOfOriginal = 501;

/** Before 7.5 it is kept as an address. */
function parseOldOriginal(value: string): string | undefined {
  const text = value.replace(/^rfc822;/i, "");
  const address = parseMailAddress(text);
  if (!address) return undefined;
  if (!parsePath(`<${address.user}@${address.domain || "x"}>`, "recipient", "")) return undefined;
  // One without a domain is read, and not kept.
  return address.domain ? addressText(address) : "";
}
