/** Configurations of a given size, which smtpd takes. */

const repeat = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index)).join("");

export const rulesWithDomains = (count: number): string =>
  `action a mbox\n${repeat(count, (index) => `match from any for domain "d${index}.example.org" action a\n`)}`;

/** All with one table, and each with a sender of its own, so that none is idle. */
export const rulesWithTable = (count: number): string =>
  `table t { "a.example", "b.example" }\naction a mbox\n${repeat(count, (index) => `match from any mail-from "u${index}@x.example" for domain <t> action a\n`)}`;

/** All the same: the first one takes all. */
export const equalRules = (count: number): string =>
  `table t { "a.example", "b.example" }\naction a mbox\n${"match from any for domain <t> action a\n".repeat(count)}`;

export const macros = (count: number): string =>
  `${repeat(count, (index) => `m${index} = "d${index}.example.org"\n`)}table t {\\\n${Array.from({ length: Math.min(count, 4000) }, (_, index) => `$m${index}`).join(", ")} }\n${repeat(Math.max(count - 4000, 0), (index) => `match from any helo $m${index + 4000} for any reject\n`)}match from any for domain <t> reject\n`;

export function table(count: number, shuffle: boolean): string {
  const names = Array.from({ length: count }, (_, index) => `d${String(index).padStart(7, "0")}.example.org`);
  // Always the same order, by a simple generator.
  let state = 12345;
  for (let index = names.length - 1; shuffle && index > 0; index--) {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    const other = state % (index + 1);
    [names[index], names[other]] = [names[other] as string, names[index] as string];
  }
  return `${names.join("\n")}\n`;
}

/** A mixture of statements. */
export const lines = (count: number): string =>
  repeat(Math.ceil(count / 4), (index) =>
    [
      `table t${index} { "a${index}.example", "b${index}.example" }`,
      `action a${index} relay host "smtp://mx${index}.example.org"`,
      `# rule ${index}`,
      `match from any for domain <t${index}> action a${index}`,
      "",
    ].join("\n"),
  );

/** 40 lines, as a mail server for a few users has them. */
export const small = `# A mail server for a few users.
domain_name = "example.org"

table aliases { root = joe }
table people { "joe@example.org" = joe, "ann@example.org" = ann }

filter names phase connect match !rdns disconnect "550 no name"
filter spam phase mail-from match mail-from "@spam.example" reject "550 no"

smtp max-message-size 50M
queue ttl 2d
bounce warn-interval 1h, 1d
srs key "0f1c9a3b5d7e2468ace013579bdf2468"

listen on lo
listen on 127.0.0.1 port 2525 filter { names, spam }

action "to-users" mbox alias <aliases>
action "to-domain" maildir "~/Maildir" virtual <people>
action out relay srs

match for local action "to-users"
match from any for domain $domain_name action "to-domain"
match from any mail-from "@bad.example" for any reject
match for any action out
match from auth for any action out
${"# and a remark\n".repeat(14)}`;

/** What `fmt` has to change in each line. */
export const untidy = (count: number): string => repeat(count, (index) => `table  t${index}   { a ,b }\n`);

/** One line with a finding for each entry. */
export const longLine = (count: number): string =>
  `table t { ${Array.from({ length: count }, (_, index) => `*.a${index}`).join(", ")} }\nmatch from any for domain <t> reject\n`;

/** One option again and again. */
export const repeated = (count: number): string => `listen on lo${" tls".repeat(count)}\nmatch reject\n`;
