import { isAtLeast, newestRelease, type Release } from "@smtpdlint/grammar";

const LLONG_MAX = 2n ** 63n - 1n;
const LLONG_MIN = -(2n ** 63n);
/** So many digits make no number any more; those of a fraction are dropped. */
const MAX_DIGITS = 21;

const int64 = (value: bigint) => BigInt.asIntN(64, value);

/**
 * The bytes of a size such as `35M`; undefined if smtpd refuses it.
 * openbsd-compat/fmt_scaled.c, scan_scaled: one sign, digits with at most one
 * point, one unit of B K M G T P E; what follows the unit is ignored unless it
 * goes on with a letter or digit. Before 7.3 nothing looked for an overflow, so
 * that 16E are no bytes at all.
 */
export function parseSize(text: string, target: Release = newestRelease): bigint | undefined {
  const match = /^[ \t\n\v\f\r]*([+-]?)(\d*)(?:\.(\d*))?([^\d.][\s\S]*)?$/.exec(text);
  if (!match) return undefined;
  const [, sign, digits = "", decimals, rest = ""] = match;
  if (digits.length >= MAX_DIGITS) return undefined;
  const checksOverflow = isAtLeast(target, "7.3");
  const kept = decimals?.slice(0, MAX_DIGITS - 2);
  const [number, fraction] = [BigInt(digits || "0"), BigInt(kept || "0")];
  if (checksOverflow && (number > LLONG_MAX || fraction > LLONG_MAX)) return undefined;
  const factor = sign === "-" ? -1n : 1n;
  const whole = int64(int64(number) * factor);
  if (rest === "") return whole;

  const unit = "BKMGTPE".indexOf((rest[0] as string).toUpperCase());
  if (unit === -1 || /^[A-Za-z0-9]/.test(rest.slice(1))) return undefined;
  const scale = 1024n ** BigInt(unit);
  if (checksOverflow && (whole > LLONG_MAX / scale || whole < LLONG_MIN / scale)) return undefined;

  // Digits are dropped until the fraction can be multiplied.
  let part = checksOverflow ? fraction : int64(int64(fraction) * factor);
  let left = kept?.length ?? 0;
  for (; part >= LLONG_MAX / scale; left--) part /= 10n;
  part = int64(part * scale);
  for (; left > 0; left--) part /= 10n;
  return int64(whole * scale + (checksOverflow ? part * factor : part));
}

/** A size as smtpd reads it for one that it does not: `35M` for `35 MB` or `35MiB`. */
export function suggestSize(text: string): string | undefined {
  const [, number, unit = ""] = /^\s*(\d+(?:\.\d+)?)\s*([KMGT])i?B?\s*$/i.exec(text) ?? [];
  if (number === undefined) return undefined;
  const size = number + unit.toUpperCase();
  return parseSize(size) === undefined ? undefined : size;
}
