/** Something in a text that others should not see. */
export interface Secret {
  readonly start: number;
  readonly end: number;
  /** From 1. */
  readonly line: number;
  readonly kind: string;
}

/** Group 1 of each is the secret. Rather one too many: it only makes somebody look. */
const patterns: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ["private key", /-----BEGIN [A-Z ]*PRIVATE KEY-----\s*([\s\S]*?)(?=-----END|$(?![\s\S]))/g],
  ["SRS key", /\bsrs\s+key\s+(?:backup\s+)?("[^"\n]*"|[^\s"]+)/g],
  ["queue key", /\bqueue\s+encryption\s+("[^"\n]*"|[^\s"]+)/g],
  ["password hash", /(\$(?:2[abxy]?|1|5|6|7|y|argon2\w*)\$[./\w$,=+-]{8,})/g],
  ["password", /=\s*"?[^\s":={}]+:([^\s"{},]+)/g],
  ["password", /^[^\s#:]+[ \t]+[^\s:#/]+:([^\s:/]+)[ \t]*$/gm],
  ["password", /^[^\s#:]+:([^\s:/$*]{6,}):[^\n]*$/gm],
  // Of the backends of tables: ldap, mysql and redis; postgres.
  ["password", /^[ \t]*password[ \t]+(\S+)[ \t]*$/gim],
  ["password", /\bpassword\s*=\s*('[^'\n]*'|[^\s"',;=]+)/gi],
  ["password", /\b[a-z][a-z0-9+]*:\/\/[^\s:@/"]*:([^\s:@/"]+)@/gi],
];

/** What of a text is a password, a hash of one, or a key. */
export function secretsIn(text: string): Secret[] {
  const found: Secret[] = [];
  for (const [kind, pattern] of patterns) {
    for (const match of text.matchAll(pattern)) {
      const [whole, secret = ""] = match;
      const start = match.index + whole.lastIndexOf(secret);
      const end = start + secret.length;
      const isKnown = found.some((other) => start < other.end && other.start < end);
      if (secret === "" || /^[\s"'*]+$/.test(secret) || isKnown) continue;
      found.push({ start, end, line: text.slice(0, start).split("\n").length, kind });
    }
  }
  return found.sort((one, other) => one.start - other.start);
}

/** The text with asterisks for each secret; lines stay where they are. */
export function withoutSecrets(text: string): string {
  let shown = "";
  let end = 0;
  for (const secret of secretsIn(text)) {
    const hidden = text.slice(secret.start, secret.end);
    shown += text.slice(end, secret.start) + hidden.replace(/[^\s"']+/g, "******");
    end = secret.end;
  }
  return shown + text.slice(end);
}
