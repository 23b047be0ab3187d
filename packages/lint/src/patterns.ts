import ignore from "ignore";

/** A file with more is none that somebody has written. */
const mostPatterns = 10_000;

/** A pattern with more `**` would take longer than anybody waits, in deep folders, and a longer one is no pattern. */
const mostStars = 4;
export const longestPattern = 1000;

/** What matches nothing, and why. */
export const uselessPatterns: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/^\s*$/, "a pattern must not be blank"],
  [/^#/, "a pattern that starts with # is a comment; write \\#"],
  [/^!?\.{1,2}\/|\/\.\.\//, "a pattern cannot start with ./ or lead upwards"],
  [/(?:^|[^\\])(?:\\\\)*\\$/, "a pattern cannot end with \\"],
  [/(?:\*\*.*){5}/, `a pattern cannot have ** more than ${mostStars} times`],
];

/** Why a pattern matches nothing; undefined if it may match something. */
export function explainPattern(line: string): string | undefined {
  if (line.length > longestPattern) return `a pattern cannot have more than ${longestPattern} characters`;
  return uselessPatterns.find(([pattern]) => pattern.test(line))?.[1];
}

/**
 * Says whether a path is matched by patterns in the language of .gitignore.
 * The path is relative to the folder of the patterns, with `/` between its
 * parts, and ends in `/` if it is a folder; one that leads upwards is not
 * matched by any.
 */
export function compilePatterns(lines: readonly string[]): (path: string) => boolean {
  const quick = lines
    .filter((line) => line.length <= longestPattern && line.split("**").length - 1 <= mostStars)
    .slice(0, mostPatterns);
  const patterns = ignore().add(quick);
  return (path) => ignore.isPathValid(path) && patterns.ignores(path);
}
