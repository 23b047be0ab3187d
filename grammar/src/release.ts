const names = [
  "6.4",
  "6.5",
  "6.6",
  "6.7",
  "6.8",
  "6.9",
  "7.0",
  "7.1",
  "7.2",
  "7.3",
  "7.4",
  "7.5",
  "7.6",
  "7.7",
  "7.8",
  "7.9",
] as const;

/**
 * The last release that reads the old language, 6.0.3. No file has it as its
 * target: a file in the old language is compared with its migration by it.
 */
export const oldRelease = "6.0";

/** The name of a release: `6.4` to `7.9`, or that of the old language. */
export type Release = (typeof names)[number] | typeof oldRelease;

/**
 * The releases of OpenSMTPD from 6.4 on, oldest first: those of OpenBSD, and
 * the portable ones of the same numbers. 6.5, 6.9 and 7.1 read the language of
 * the release before them, and so does 7.9: its smtpd.conf(5) differs from that
 * of 7.8 in spacing only.
 */
export const releases: readonly Release[] = names;

/** The newest release known, and the default target. */
export const newestRelease: Release = "7.9";

/** From when until when something exists: `since` inclusive, `until` exclusive. */
export interface Lifetime {
  readonly since?: Release;
  readonly until?: Release;
}

/**
 * Reads a release as people write it: `7.8`, `7.8.0`, `6.8.0p2`.
 * Returns undefined for anything that names no known release.
 */
export function parseRelease(text: string): Release | undefined {
  const match = /^v?(\d+)\.(\d+)(?:\.\d+)?(?:p\d+)?$/.exec(text.trim());
  if (!match) return undefined;
  const name = `${match[1]}.${match[2]}`;
  return releases.find((release) => release === name);
}

/** True if `target` is `since` or newer. */
export function isAtLeast(target: Release, since: Release): boolean {
  return releases.indexOf(target) >= releases.indexOf(since);
}

/** True if something with this lifetime exists in `target`. */
export function isAlive(lifetime: Lifetime, target: Release): boolean {
  return (
    (lifetime.since === undefined || isAtLeast(target, lifetime.since)) &&
    (lifetime.until === undefined || !isAtLeast(target, lifetime.until))
  );
}
