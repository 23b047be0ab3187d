/** A C string as smtpd's strtonum sees it: blanks before, one sign, decimal digits. */
const decimal = /^[ \t\n\v\f\r]*([+-]?\d+)$/;

const secondsIn: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86400 };
const INT_MAX = 2147483647;

/**
 * The seconds of a delay such as `4h`; undefined if smtpd refuses it.
 * parse.y, delaytonum: one number from 1 on, one unit, and no more seconds
 * than an int holds.
 */
export function parseDelay(text: string): number | undefined {
  const unit = Object.hasOwn(secondsIn, text.slice(-1)) ? secondsIn[text.slice(-1)] : undefined;
  const digits = decimal.exec(text.slice(0, -1))?.[1];
  if (unit === undefined || digits === undefined) return undefined;
  const number = Number(digits);
  return number >= 1 && number <= Math.floor(INT_MAX / unit) ? number * unit : undefined;
}
