import type { Release } from "@smtpdlint/grammar";
import { parseSize } from "@smtpdlint/model";
import { expect, test } from "vitest";

/** What scan_scaled of smtpd 6.8.0p2 and 7.8.0p1 answers; 6.8 itself took and refused the same. */
const nines = (count: number) => "9".repeat(count);
const zeros = (count: number) => "0".repeat(count);
const max = 2n ** 63n - 1n;

test.each<[string, bigint | undefined]>([
  ["35M", 35n << 20n],
  ["35m", 35n << 20n],
  ["7B", 7n],
  ["1e", 1n << 60n],
  ["8191P", 8191n << 50n],
  ["1.5G", 3n << 29n],
  [".5K", 512n],
  ["5.K", 5n << 10n],
  ["0.0009K", 0n],
  ["1.25B", 1n],
  ["1.5", 1n],
  ["", 0n],
  [".", 0n],
  ["-", 0n],
  ["K", 0n],
  ["+5K", 5n << 10n],
  ["\t\n5", 5n],
  ["-1K", -1024n],
  ["-0.0001K", 0n],
  ["-1.5K", -1536n],
  ["5K ", 5n << 10n],
  ["5K-", 5n << 10n],
  ["9223372036854775807", max],
  ["7.99E", 7n << 60n],
  [`${zeros(19)}1`, 1n],
  [`${zeros(20)}1`, undefined],
  [`1.${zeros(40)}K`, 1024n],
  ["35MB", undefined],
  ["35MiB", undefined],
  ["5K9", undefined],
  ["5 K", undefined],
  ["5X", undefined],
  ["5\t", undefined],
  ["+-5", undefined],
  ["--5", undefined],
  ["1..5K", undefined],
  ["5.5.5", undefined],
])("%s", (text, bytes) => {
  for (const release of ["6.8", "7.3", "7.8"] satisfies Release[]) expect(parseSize(text, release)).toBe(bytes);
  expect(parseSize(text)).toBe(bytes);
});

test.each<[string, bigint]>([
  ["16E", 0n],
  ["20E", 1n << 62n],
  ["8E", -(1n << 63n)],
  ["16384P", 0n],
  ["-9E", 7n << 60n],
  ["9223372036854775808", -(1n << 63n)],
  ["18446744073709551617", 1n],
  [nines(20), 7766279631452241919n],
  [`1.${nines(19)}K`, 1024n],
])("%s is too large since 7.3", (text, bytes) => {
  expect(parseSize(text, "7.2")).toBe(bytes);
  expect(parseSize(text, "7.3")).toBeUndefined();
});
