import { type legacy, PLACEHOLDER, type TableExpression, type Text } from "@smtpdlint/grammar";
import { quote } from "@smtpdlint/model";
import type { Context } from "../context.ts";
import { type Piece, pieces } from "../pieces.ts";
import { type NewRelay, translateRelay } from "../relay-url.ts";
import type { NewAction } from "./delivery.ts";
import { runtimeName } from "./pki.ts";

/** Options that only their word has changed, in today's order. */
const renamed = [
  ["source", "src"],
  ["hostname", "helo"],
  ["hostnames", "helo-src"],
  ["helo", "helo-src"],
] as const;

/** Translates what an accepting rule does with mail for other servers; undefined if its URL is none. */
export function translateRelayAction(relay: legacy.Relay, context: Context): NewAction | undefined {
  const { words, announce, leaveOut } = context;
  // An option could stand several times: the last one counted.
  const find = (word: string) => relay.options.findLast(({ keyword }) => keyword.word === word);
  const has = (word: string, modifier?: string) =>
    relay.options.some((option) => option.keyword.word === word && (!modifier || option.modifier?.word === modifier));
  const url = relay.url && newUrl(relay.url, context);
  if (relay.url && !url) {
    leaveOut(relay.url.span, `6.0.3 does not know the relay ${quote(relay.url.value)}`);
    return undefined;
  }
  const older = relay.options.find(({ keyword }) => ["ssl", "enable", "certificate"].includes(keyword.word));
  if (older) {
    leaveOut(
      older.span,
      `'${older.keyword.word}' of a relay ended before 6.0; write a URL such as smtps://label@host and auth`,
    );
    return undefined;
  }
  const isBackup = has("backup") || url?.backup === true;
  const tls = tlsOf(relay, url, has("verify") || has("tls", "verify"), has("tls"), context);
  const offersTls = !(relay.url && url?.url.startsWith("smtp+notls://")) && !url?.url.startsWith("lmtp://");
  if (url?.chosen && relay.url)
    announce(
      "secure-relay",
      relay.url.span,
      `secure:// tried TLS from the first byte, then STARTTLS; the relay uses ${url.chosen} now`,
    );
  const auth = find("auth");
  const sender = find("as");
  const parts = pieces(
    "relay",
    url && relay.url && !url.backup
      ? pieces("host", { text: hostText(relay.url, url, context), from: relay.url.span })
      : undefined,
    isBackup ? backupParts(relay, url, context) : undefined,
    // A backup has no relay to log in at.
    auth && !isBackup ? pieces(words.keyword(auth.keyword), words.table(auth.value as TableExpression)) : undefined,
    tls,
    sender && pieces("mail-from", newSender(sender.value as Text, context)),
    ...renamed.map(([old, word]) => {
      const option = find(old);
      if (!option?.value || option.value.kind === "number") return undefined;
      const value = option.value.kind === "text" ? words.text(option.value) : words.table(option.value);
      return pieces(words.keyword(option.keyword, word), value);
    }),
    certificateParts("pki", relay, offersTls, context),
    certificateParts("ca", relay, offersTls && tls?.[1] === undefined && tls?.[0] !== undefined, context),
  );
  const host = url?.host === undefined ? "" : `_${url.host}`;
  const name = find("backup")?.value as Text | undefined;
  const kind = isBackup ? "backup" : has("tls") ? "relay_tls" : "relay";
  return { parts, hint: `${kind}${host}${isBackup && name ? `_${name.value.toLowerCase()}` : ""}` };
}

const newUrl = (text: Text, { words }: Context): NewRelay | undefined =>
  translateRelay(text.value.includes(PLACEHOLDER) ? unquoted(words.slice(text.span)) : text.value);

const unquoted = (text: string) => text.replace(/^(["'])(.*)\1$/s, "$2");

/** A macro that holds a relay has its new URL already. */
const hostText = (old: Text, { url }: NewRelay, { words }: Context) =>
  words.hasNewValue(old) ? words.slice(old.span) : words.quoted(url);

function backupParts({ options }: legacy.Relay, url: NewRelay | undefined, context: Context): Piece[] {
  const { words, facts, hostName, announce } = context;
  const option = options.findLast(({ keyword }) => keyword.word === "backup");
  const backup = option ? words.keyword(option.keyword) : { text: "backup" };
  if (url) return pieces(backup, "mx", words.quoted(url.url));
  if (option?.value?.kind === "text") return pieces(backup, "mx", words.text(option.value));
  if (!facts.hasListenerNames) return [backup];
  if (hostName !== undefined) return pieces(backup, "mx", words.quoted(hostName));
  if (option)
    announce(
      "backup-name",
      option.span,
      "`relay backup` meant the exchanger with this machine's name, and means that with the name of the listener now: write `backup mx NAME`",
    );
  return [backup];
}

/** The option `tls`: written wherever 6.0.3 insisted on TLS, since today a URL that does verifies by itself. */
function tlsOf(
  relay: legacy.Relay,
  url: NewRelay | undefined,
  verifies: boolean,
  isRequired: boolean,
  { announce }: Context,
): Piece[] | undefined {
  if (!isRequired && !url?.tls) return undefined;
  const span = relay.url?.span ?? relay.span;
  if (verifies) {
    announce(
      "relay-verification",
      span,
      "`verify` looked at the chain of certificates only: today the name in the certificate must be the relay's, too",
    );
    return pieces("tls");
  }
  announce(
    "unverified-relay",
    span,
    "the relay's certificate is not verified, as before 6.4; write `tls` in place of `tls no-verify` to verify it",
  );
  return pieces("tls", "no-verify");
}

/** The sender that takes the place of others; a name without a domain got the machine's. */
function newSender(text: Text, { words, hostName, announce }: Context): Piece {
  const { value, span } = text;
  const user = /^([^@]+)@?$/.exec(value)?.[1];
  if (user === undefined || value.includes(PLACEHOLDER)) return words.text(text);
  if (hostName !== undefined) return { text: words.quoted(`${user}@${hostName}`), from: span };
  announce(
    "sender-domain",
    span,
    `${quote(user)} got the machine's name as its domain, and keeps the sender's domain now: write ${quote(`${user}@DOMAIN`)}`,
  );
  return words.text(text);
}

/** `pki` or `ca` of a relay: as written, or the one that 6.0.3 found under the name that it greets with, or `*` (mta_session.c). */
function certificateParts(
  kind: "pki" | "ca",
  { options, span }: legacy.Relay,
  isUsed: boolean,
  { words, facts, hostName, announce }: Context,
): Piece[] | undefined {
  const written = options.findLast(({ keyword }) => keyword.word === kind);
  if (written?.value?.kind === "text") return pieces(words.keyword(written.keyword), words.lower(written.value));
  if (!isUsed) return undefined;
  const helo = options.findLast(({ keyword }) => keyword.word === "hostname")?.value;
  const names = kind === "pki" ? facts.pkis : facts.cas;
  const name = runtimeName(names, helo?.kind === "text" ? helo.value : hostName);
  if (kind === "pki" && helo === undefined) {
    // Few servers ask for it, and it would stand in nearly every action.
    if (name !== undefined || (hostName === undefined && names.size > 0))
      announce(
        "client-certificate",
        span,
        `relays got ${name === undefined ? "the pki with this machine's name" : `'pki ${name}'`} as client certificate because of its name; add \`pki NAME\` to the action if a relay wants one`,
      );
    return undefined;
  }
  if (name === undefined) return undefined;
  const use = kind === "pki" ? "offered it as client certificate" : "verified with it";
  announce(`${kind}-added`, span, `'${kind} ${name}' is written out: 6.0.3 ${use} because of its name`);
  return pieces(kind, words.written(name));
}
