/** A C string as smtpd's strtonum sees it: blanks before, one sign, decimal digits. */
const decimal = /^[ \t\n\v\f\r]*([+-]?\d+)$/;

const secondsIn: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86400 };
const unitOf: Readonly<Record<string, string>> = { sec: "s", second: "s", min: "m", minute: "m", hour: "h", day: "d" };
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

/**
 * A delay as smtpd reads it for one that it does not: `7d` for `1w`, `36h` for
 * `1d12h`, `4d` for `4 days`. Undefined where the meaning is open, as of `1M`.
 */
export function suggestDelay(text: string): string | undefined {
  const part = /\s*(\d+)\s*([A-Za-z]+)\s*/y;
  let seconds = 0;
  let units = "";
  while (part.lastIndex < text.length) {
    const [, number, name = ""] = part.exec(text) ?? [];
    const unit = unitNamed(name);
    if (number === undefined || unit === undefined) return undefined;
    seconds += Number(number) * (unit === "w" ? 7 * 86400 : (secondsIn[unit] as number));
    units += unit;
  }
  const largest = ["d", "h", "m"].find((unit) => seconds % (secondsIn[unit] as number) === 0) ?? "s";
  const unit = Object.hasOwn(secondsIn, units) ? units : largest;
  const delay = `${seconds / (secondsIn[unit] as number)}${unit}`;
  return parseDelay(delay) === undefined ? undefined : delay;
}

/** `d` for `D`, `day`, `Days`; undefined for `M`, which may be months. */
function unitNamed(name: string): string | undefined {
  const word = name.toLowerCase().replace(/(?<=..)s$/, "");
  if (name === "M") return undefined;
  if (Object.hasOwn(secondsIn, word)) return word;
  if (word === "w" || word === "week") return "w";
  return Object.hasOwn(unitOf, word) ? unitOf[word] : undefined;
}
