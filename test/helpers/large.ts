/** Texts of 100 kB that are hard on somebody: of one thing, or of many that each have to do with each other. */
const size = 100_000;

const repeated = (piece: string) => piece.repeat(Math.ceil(size / piece.length));

/** Pieces until the text is long enough, each made from its number. */
function numbered(piece: (number: number) => string): string {
  const pieces: string[] = [];
  for (let number = 0, length = 0; length < size; number++) {
    pieces.push(piece(number));
    length += (pieces[number] as string).length;
  }
  return pieces.join("");
}

const pieces = [
  "{",
  "}",
  "$a ",
  "a = $a\n",
  '"',
  "\\",
  "\\\n",
  "#",
  "<t>",
  "match ",
  "match for domain { a, b } reject\n",
  "match from any regex { '(a*)*b' } reject\n",
  "match from any regex '(((()*)*){9999}){9999}' reject\n",
  "table t { a }\n",
  "listen on lo\n",
  "filter f chain { f }\n",
  "include x\n",
  "! ",
  ", ",
  "5",
  "\0",
  "é",
  "\u{1f4a9}",
  "\ud800",
  "\r",
  "x",
  "(",
  "{{ x }}\n",
  "# smtpdlint-disable open-relay\n",
  "# smtpdlint-disable-next-line open-relay\n",
  "# smtpdlint-disable-next-line misspelt-word\nlisten on lo prot 25\n",
  "listen on lo mask-source\n",
];

export const largeTexts: readonly (readonly [name: string, text: string])[] = [
  ...pieces.map((piece) => [JSON.stringify(piece), repeated(piece)] as const),
  ["macros of macros", numbered((number) => `m${number} = "$m${number - 1} $m${number - 1}"\n`)],
  ["a long macro", `m = "${"a ".repeat(4000)}"\n${repeated("x $m\n")}`],
  ["macros that are misspelt", numbered((number) => `mac${number} = x\nlisten on $mca${number}\n`)],
  [
    "tables that are misspelt",
    numbered((number) => `table tab${number} { a }\nmatch for domain <tba${number}> reject\n`),
  ],
  ["suppressions that are misspelt", numbered((number) => `# smtpdlint-disable open-relay${number}\n`)],
  ["suppressions in a line", `# smtpdlint-disable ${repeated("open-relay, ")}x\n`],
  ["undefined macros after an include", `include x\n${repeated("listen on $x\n")}`],
  [
    "long names",
    numbered((number) => `action a${"a".repeat(900)}${number} relay\nmatch for any action b${"a".repeat(900)}\n`),
  ],
  ["a long comment", `match reject\n#${repeated("a")} !`],
  ["a long quoted text", `admd "${repeated('\\" ')}"\n`],
  ["lines in quotes", `admd "${repeated("a\n")}"\n`],
  ["conditions", `match ${numbered((number) => `! for domain d${number} `)}reject\n`],
  ["conditions of one word", `match ${repeated("! from any ")}reject\n`],
  ["options", `action a mbox ${repeated("user x ")}\n`],
  ["flags", `listen on lo ${repeated("tls ")}\n`],
  ["a chain of one filter", `filter f proc-exec x\nfilter c chain { ${repeated("f, ")}f }\nlisten on lo filter c\n`],
  ["chains of chains", numbered((number) => `filter f${number} chain { f${number - 1}, f${number - 1} }\n`)],
  [
    "listeners of one chain",
    `filter a proc-exec x\nfilter c chain { ${"a, ".repeat(size / 6)}a }\n${"listen on lo filter c\n".repeat(size / 44)}`,
  ],
  [
    "filters",
    numbered(
      (number) =>
        `filter f${number} phase connect match src 10.0.${number % 256}.0/24 junk\nlisten on lo filter f${number}\n`,
    ),
  ],
  [
    "excluded tags",
    numbered((number) => `listen on lo tag T${number}\nmatch !tag T${number} from any for any reject\n`),
  ],
  ["tags", numbered((number) => `listen on lo tag T${number}\nmatch tag T${number} for any reject\n`)],
  [
    "networks",
    numbered((number) => `match from src 10.${number % 256}.${number >> 8}.0/${8 + (number % 25)} for any reject\n`),
  ],
  ["expressions", numbered((number) => `match from rdns regex "^a${number}.*b" for any reject\n`)],
  ["wildcards", `table t { ${numbered((number) => `"*.x${number}.org", `)}a }\nmatch for domain <t> reject\n`],
  [
    "labels",
    numbered(
      (number) => `table t${number} { l = a:b }\naction a${number} relay host smtp+tls://m@h auth <t${number}>\n`,
    ),
  ],
  [
    "tables and rules",
    numbered((number) => `table t${number} { a${number} }\nmatch for domain <t${number}> mail-from "@b" reject\n`),
  ],
];
