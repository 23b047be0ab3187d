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

/** A configuration as a provider with many customers has it: of all kinds of statements, with comments and macros. */
export const customers = (lineCount: number): string =>
  repeat(Math.ceil(lineCount / 20), (index) =>
    [
      `# customer ${index}, who asked for a quota and a filter of their own`,
      `host${index} = "mx${index}.example.org"`,
      `net${index} = "10.${index >> 8}.${index & 255}.0/24"`,
      `pki $host${index} cert "/etc/ssl/mx${index}.crt"`,
      `pki $host${index} key "/etc/ssl/private/mx${index}.key"`,
      `table domains${index} { "d${index}.example.org", "www.d${index}.example.org" }`,
      `table aliases${index} file:/etc/mail/aliases${index}`,
      `table secrets${index} { label${index} = "user${index}:secret" }`,
      `filter early${index} phase connect match !rdns disconnect "550 no reverse name"`,
      `filter sender${index} phase mail-from match mail-from "@spam${index}.example" reject "550 no"`,
      `listen on 192.0.2.${index & 255} port ${2000 + index} tls pki $host${index} filter { early${index}, sender${index} } tag T${index}`,
      `action "local${index}" maildir "~/Maildir" alias <aliases${index}>`,
      `action relay${index} relay host smtp+tls://label${index}@mx${index}.example.net:587 \\`,
      `\tauth <secrets${index}> helo $host${index}`,
      "",
      "# mail for them, and what they send",
      `match tag T${index} from any for domain <domains${index}> action "local${index}"`,
      `match from src $net${index} mail-from "@d${index}.example.org" for any action relay${index}`,
      `match from any mail-from regex "^bad${index}@.*" for domain <domains${index}> reject # asked for by mail`,
      "",
      "",
    ].join("\n"),
  );
