/** Two configurations of two roots, with all kinds of files that belong to them. */
export const example: Readonly<Record<string, string>> = {
  "w/etc/mail/smtpd.conf": `include "part.conf"
table aliases file:/etc/mail/aliases
table secrets file:/etc/mail/secrets
table virtuals file:/etc/mail/virtuals
action in maildir alias <aliases>
action virt maildir virtual <virtuals>
action out relay host smtp+tls://label@mx.example.org auth <secrets>
match from any for domain example.org action in
match from any for domain <domains> action virt
match for any action out
`,
  "w/etc/mail/part.conf": `m = "lo"
table domains { example.net, "ä€😀.example" }
filter f phase connect match rdns "x" junk
listen on $m port 25 filter f tag T
`,
  "w/etc/mail/aliases": "root: joe\njoe: ann, bob@example.org\nann: |/bin/x\n:include:/etc/mail/more\n",
  "w/etc/mail/more": "a\n",
  "w/etc/mail/secrets": "label joe:secret\nother x:y\n",
  "w/etc/mail/virtuals": "info@example.net joe\n@example.net vmail\n",
  "w/etc/mail/smtpd.test": `to joe@example.org => local
to info@example.net => local action virt
from local to x@elsewhere.example
`,
  "w/.smtpdlintrc.json": '{ "root": ".", "rules": { "unused-table": "error" } }\n',
  "w/etc/passwd": "root:x:0:0::/root:/bin/sh\njoe:x:1000:1000::/home/joe:/bin/sh\nann:x:1001:1001::/home/ann:/bin/sh\n",
  "w/home/joe/.forward": "ann, bob@example.org\n\\joe\n",
  "v/smtpd.conf": `include "../w/etc/mail/part.conf"
table t { a }
action a1 relay
match from any for any action a1
`,
  "v/.smtpdlintrc.json": '{ "target": "6.4", "extends": "base.json" }\n',
  "v/base.json": '{ "rules": { "unused-macro": "off" } }\n',
};

/** What a client calls the types of files; others are its plain text. */
const languages: readonly (readonly [name: RegExp, language: string])[] = [
  [/\.conf$/, "smtpd-conf"],
  [/\.test$/, "smtpd-test"],
  [/\.json$/, "json"],
  [/aliases$/, "mailaliases"],
  [/virtuals$/, "smtpd-table"],
];
export const languageOf = (uri: string): string => languages.find(([name]) => name.test(uri))?.[1] ?? "plaintext";

const anywhere = ["x", " ", "\n", '"', ",", "#", "\r", "\r\n", "ä", "😀", "\ud83d", "\t", "\0", "\ufeff", "\\\n"];

/** What somebody writes into a file. */
const pieces: Readonly<Record<string, readonly string[]>> = {
  "smtpd-conf": [
    "{",
    "}",
    "<domains>",
    "$m",
    'include "part.conf"\n',
    'include "../../../v/smtpd.conf"\n',
    "m = t1\n",
    "table domains { x }\n",
    "table t2 file:/etc/mail/more\n",
    "table aliases file:/etc/mail/virtuals\n",
    "action in mbox\n",
    "match from any for any action in\n",
    "listen on lo port 587 tls-require auth <secrets>\n",
    "accept for any relay\n",
    "# smtpdlint target=6.4\n",
    "# smtpdlint-disable-next-line unused-table\n",
    "filter g chain { f }\n",
    "match reject\n",
  ],
  "smtpd-test": [
    "=>",
    " => local",
    " => reject",
    "to joe@example.org\n",
    "config part.conf\n",
    "config ../../../v/smtpd.conf\n",
    "root ../..\n",
    "define m lo\n",
    "target 6.8\n",
    "from outside to a@b => relay action out\n",
    '"group"\n',
    "rule 1",
    "by filter f",
  ],
  json: [
    "{",
    "}",
    '"target": "6.8",',
    '"root": ".",',
    '"rules": { "unused-table": "off" },',
    '"extends": "base.json",',
    "//c\n",
  ],
};
const inTables = [
  ":",
  "@",
  "joe",
  "root: ann\n",
  "ann: joe\n",
  "bob@example.org",
  ":include:/etc/mail/aliases\n",
  "label x\n",
  "joe+tag",
  "|",
  "info@example.net bob\n",
];
/** A line of 75 kB. */
const longLine = `table domains { ${"a.example, ".repeat(7000)}b }\n`;

/** Something to write into a file, by a number; `cases` are texts of configurations. */
export function pieceFor(uri: string, number: number, cases: readonly string[]): string {
  const language = languageOf(uri);
  if (language === "smtpd-conf" && number % 97 === 0) return longLine;
  if (language === "smtpd-conf" && number % 3 === 0) return cases[number % cases.length] as string;
  const all = ["", ...anywhere, ...(pieces[language] ?? inTables)];
  return all[number % all.length] as string;
}
