/** What a relay of the old language asks of TLS (to.c of 6.0.3, text_to_relayhost). */
interface Scheme {
  /** Today's scheme. */
  readonly scheme: string;
  readonly isEncrypted: boolean;
  /** The message may wait here for the host that is named. */
  readonly isBackup: boolean;
}

const plain = { isEncrypted: false, isBackup: false };
const encrypted = { isEncrypted: true, isBackup: false };

/** The schemes before 6.4. `secure://` tried TLS at once, then STARTTLS; nothing does so today. */
const schemes: Readonly<Record<string, Scheme>> = {
  "smtp://": { scheme: "smtp+notls://", ...plain },
  "lmtp://": { scheme: "lmtp://", ...plain },
  "smtp+tls://": { scheme: "smtp://", ...plain },
  "smtps://": { scheme: "smtps://", ...encrypted },
  "tls://": { scheme: "smtp+tls://", ...encrypted },
  "smtps+auth://": { scheme: "smtps://", ...encrypted },
  "tls+auth://": { scheme: "smtp+tls://", ...encrypted },
  "secure://": { scheme: "secure://", ...encrypted },
  "secure+auth://": { scheme: "secure://", ...encrypted },
  "backup://": { scheme: "", isEncrypted: false, isBackup: true },
  "tls+backup://": { scheme: "", isEncrypted: true, isBackup: true },
};

/** A relay of the old language, as today's language names it. */
export interface OldRelayUrl extends Scheme {
  /** Of a backup the name of the host alone. */
  readonly host: string;
}

/** Reads the URL behind `relay via`; without a scheme TLS is taken where it is offered. */
export function parseOldRelayUrl(text: string): OldRelayUrl {
  const [, name = "", rest = ""] = /^([a-z+]+:\/\/)?(.*)$/is.exec(text) ?? [];
  const scheme = schemes[name.toLowerCase()] ?? {
    ...(schemes["smtp+tls://"] as Scheme),
    ...(name && { scheme: name }),
  };
  // Of a backup only the name counts.
  return { ...scheme, host: scheme.isBackup ? rest.replace(/:\d+$/, "") : `${scheme.scheme}${rest}` };
}
