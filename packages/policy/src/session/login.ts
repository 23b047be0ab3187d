// Browsers and Node.js have both; the types of neither are known here.
declare const atob: (text: string) => string;
declare const btoa: (text: string) => string;

/** What AUTH PLAIN sends: `\0user\0password`, in base64 (RFC 4616). */
export interface Login {
  readonly user: string;
  readonly password: string;
}

/**
 * Reads the argument of AUTH PLAIN (smtp_session.c, smtp_rfc4954_auth_plain).
 * `isShortAllowed` is for 7.8 and later, which take a password of one
 * character. Undefined if smtpd finds a syntax error.
 */
export function parsePlain(text: string, isShortAllowed: boolean): Login | undefined {
  const data = decodeBase64(text);
  if (data === undefined || data.length >= 1023) return undefined;
  const first = data.indexOf("\0");
  if (first === -1 || first >= data.length - 2) return undefined;
  const second = data.indexOf("\0", first + 1);
  if (second === -1 || second >= data.length - (isShortAllowed ? 1 : 2)) return undefined;
  const login = { user: data.slice(first + 1, second), password: untilNul(data.slice(second + 1)) };
  return login.user.length < 256 && !/[\r\n]/.test(login.user + login.password) ? login : undefined;
}

/** Reads what a client sends in AUTH LOGIN: a name, or a password. */
export function parseLoginWord(text: string): string | undefined {
  const data = decodeBase64(text);
  return data === undefined || /[\r\n]/.test(untilNul(data)) ? undefined : untilNul(data);
}

const untilNul = (text: string) => text.split("\0", 1)[0] as string;

/** b64_pton(3), with the bytes as characters; undefined if the text is none, or lacks its padding. */
function decodeBase64(text: string): string | undefined {
  const encoded = text.replace(/[ \t\n\v\f\r]/g, "");
  try {
    const data = atob(encoded);
    return btoa(data) === encoded ? data : undefined;
  } catch {
    return undefined;
  }
}
