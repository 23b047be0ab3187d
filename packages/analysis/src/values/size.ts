const LLONG_MAX = 2n ** 63n - 1n;
const MAX_DIGITS = 25;

/**
 * The bytes of a size such as `35M`; undefined if smtpd refuses it.
 * openbsd-compat/fmt_scaled.c, scan_scaled: one sign, digits with at most one
 * point, one unit of B K M G T P E; what follows the unit is ignored unless it
 * goes on with a letter or digit.
 */
export function parseSize(text: string): bigint | undefined {
  const match = /^[ \t\n\v\f\r]*([+-]?)(\d*)(?:\.(\d*))?([^\d.][\s\S]*)?$/.exec(text);
  if (!match) return undefined;
  const [, sign, digits = "", fraction = "", rest = ""] = match;
  if (digits.length >= MAX_DIGITS) return undefined;
  const whole = BigInt(digits || "0");
  if (whole > LLONG_MAX || BigInt(fraction.slice(0, MAX_DIGITS - 2) || "0") > LLONG_MAX) return undefined;
  if (rest === "") return sign === "-" ? -whole : whole;

  const unit = "BKMGTPE".indexOf((rest[0] as string).toUpperCase());
  if (unit === -1 || /^[A-Za-z0-9]/.test(rest.slice(1))) return undefined;
  const scale = 1024n ** BigInt(unit);
  if (whole > LLONG_MAX / scale) return undefined;
  const bytes = whole * scale + scaleFraction(fraction.slice(0, MAX_DIGITS - 2), scale);
  return sign === "-" ? -bytes : bytes;
}

/** A size as smtpd reads it for one that it does not: `35M` for `35 MB` or `35MiB`. */
export function suggestSize(text: string): string | undefined {
  const [, number, unit = ""] = /^\s*(\d+(?:\.\d+)?)\s*([KMGT])i?B?\s*$/i.exec(text) ?? [];
  if (number === undefined) return undefined;
  const size = number + unit.toUpperCase();
  return parseSize(size) === undefined ? undefined : size;
}

function scaleFraction(digits: string, scale: bigint): bigint {
  return digits === "" ? 0n : (BigInt(digits) * scale) / 10n ** BigInt(digits.length);
}
