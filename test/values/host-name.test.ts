import { fitsHostName, isHostName } from "@smtpdlint/model";
import { expect, test } from "vitest";

/** Each was given to smtpd 6.8.0p2 as the name of a pki. */
test.each([
  "a",
  "mail.example.org",
  "mail.example.org.",
  "",
  ".",
  "a-",
  "a.-b",
  "a_b",
  "_a",
  "1.2.3.4",
  "a".repeat(63),
  "a\\098",
  "\\098\\099.x",
  "a.\\045b",
  "a\\x",
  "a\\-b",
])("'%s' is a name", (name) => {
  expect(isHostName(name)).toBe(true);
});

test.each([
  "-a",
  ".a",
  "a..",
  "a..b",
  "a b",
  "a/b",
  "ü",
  "*.a",
  "a.*",
  "a".repeat(64),
  "\\045a",
  "\\-b",
  "a\\.b",
  "a\\.",
  "a\\046b",
  "a\\032b",
  "a\\255b",
  "a\\256b",
  "a\\999b",
  "a\\09b",
  "a\\0",
  "a\\\\b",
  "a\\",
])("'%s' is none", (name) => {
  expect(isHostName(name)).toBe(false);
});

test("a name may have 64 bytes", () => {
  expect(fitsHostName("a".repeat(64))).toBe(true);
  expect(fitsHostName("a".repeat(65))).toBe(false);
  expect(fitsHostName("ü".repeat(33))).toBe(false);
});
