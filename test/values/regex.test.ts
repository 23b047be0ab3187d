import { Regex, RegexError } from "@smtpdlint/model";
import { expect, test } from "vitest";

/** What regcomp(3) and regexec(3) of glibc say. */
const matching: readonly (readonly [pattern: string, text: string, matches: boolean])[] = [
  ["", "anything", true],
  ["^a", "ba", false],
  ["a|b$", "xb", true],
  ["a{2,3}b", "aab", true],
  ["a{,2}b", "b", true],
  ["[]a]", "]", true],
  ["[^]a]", "b", true],
  ["[a-]", "-", true],
  ["[[:alpha:]_]+@", "a_b@c", true],
  ["[[.-.]]", "-", true],
  ["a)", "a)", true],
  ["()", "", true],
  ["a||b", "", true],
  ["a\\d", "ad", true],
  ["\\w+\\.", "ab.", true],
  ["\\bjoe\\b", "a joe b", true],
  ["\\bjoe\\b", "ajoe", false],
  ["(?i)JOE", "joe", true],
  ["(^a)*b", "aab", true],
  ["a*?", "", true],
];
test.each(matching)("%s and %s: %s", (pattern, text, matches) => {
  expect((Regex.parse(pattern) as Regex).test(text)).toBe(matches);
});

const refused: readonly (readonly [pattern: string, at: number])[] = [
  ["[", 0],
  ["a[b", 1],
  ["([", 1],
  ["(a", 0],
  ["*a", 0],
  ["a|*b", 2],
  ["(?:a)", 1],
  ["^*", 1],
  ["a{1", 1],
  ["a{2,1}", 1],
  ["[b-a]", 0],
  ["[[:nope:]]", 1],
  ["a\\", 1],
  ["(?i)[", 4],
];
test.each(refused)("%s is refused at %i", (pattern, at) => {
  const error = Regex.parse(pattern);
  expect(error).toBeInstanceOf(RegexError);
  expect((error as RegexError).at).toBe(at);
});

test("what we cannot decide is said to be so", () => {
  expect(Regex.parse("(a)\\1")).toBe("unsupported");
  expect(Regex.parse("((a{999}){999}){999}")).toBe("unsupported");
  expect(Regex.parse(`${"(".repeat(5000)}${")".repeat(5000)}`)).toBe("unsupported");
  expect(Regex.parse(`a${"*".repeat(100_000)}`)).toBe("unsupported");
  // Repeats of nothing make no states, and yet take time.
  expect(Regex.parse("(((()*)*){9999}){9999}")).toBe("unsupported");
});

test("no pattern takes exponential time", () => {
  const regex = Regex.parse("^(a*)*(a|aa)*b$") as Regex;
  expect(regex.test("a".repeat(20_000))).toBe(false);
});
