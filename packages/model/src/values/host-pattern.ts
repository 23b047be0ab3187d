/**
 * Compares a host name with a pattern as smtpd does (util.c, hostname_match):
 * in any case, and without going back: a `*` skips to the first character that
 * is the next one of the pattern, so that `*.example.org` matches one label.
 */
export function matchesHostName(name: string, pattern: string): boolean {
  let at = 0;
  let next = 0;
  const h = name.toLowerCase();
  const p = pattern.toLowerCase();
  while (at < h.length && next < p.length) {
    if (p[next] === "*") {
      while (p[next] === "*") next++;
      while (at < h.length && h[at] !== p[next]) at++;
    } else if (p[next++] !== h[at++]) return false;
  }
  return at === h.length && next === p.length;
}

/** True if a pattern stands for more than one name. */
export const hasWildcard = (pattern: string): boolean => pattern.includes("*");
