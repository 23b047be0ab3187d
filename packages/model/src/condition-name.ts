import type { MatchCondition } from "@smtpdlint/grammar";

const subjects: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  from: combine("from", ["any", "auth", "local", "mail-from", "rdns", "socket", "src"]),
  for: combine("for", ["any", "domain", "local", "rcpt-to"]),
};

/** A condition as the manual names it: `tag`, `from src`. Always the same string, which is compared faster. */
export function conditionName({ keyword, subject }: Pick<MatchCondition, "keyword" | "subject">): string {
  return subject ? (subjects[keyword.word]?.[subject.word] ?? `${keyword.word} ${subject.word}`) : keyword.word;
}

function combine(word: string, others: readonly string[]): Record<string, string> {
  return Object.fromEntries(others.map((other) => [other, `${word} ${other}`]));
}
