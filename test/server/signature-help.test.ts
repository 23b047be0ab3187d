import { vocabulary } from "@smtpdlint/grammar";
import { partsOf, type Signature, signatureHelp } from "@smtpdlint/ide";
import { expect, test } from "vitest";
import { readMarked } from "./marked.ts";

/** A signature with `«»` around the active part. */
function shown({ label, parts, active }: Signature): string {
  const part = active === undefined ? undefined : parts[active];
  if (!part) return label;
  return `${label.slice(0, part.start)}«${label.slice(part.start, part.end)}»${label.slice(part.end)}`;
}

test.each([
  ["listen $0", ["listen «on» INTERFACE|socket [OPTION …]"]],
  ["listen on $0", ["listen on «INTERFACE|socket» [OPTION …]", "listen on «INTERFACE|socket»"]],
  ["listen on lo0 $0", ["listen on INTERFACE|socket «[OPTION …]»"]],
  ["listen on lo0 port $0", ["listen on INTERFACE|socket «[OPTION …]»", "port «PORT»"]],
  ["listen on lo0 port 2$0", ["listen on INTERFACE|socket «[OPTION …]»", "port «PORT»"]],
  ["listen on lo0 port 25 $0", ["listen on INTERFACE|socket «[OPTION …]»"]],
  ["listen on lo0 smtps $0", ["listen on INTERFACE|socket «[OPTION …]»", "smtps «[verify]»"]],
  ["listen on lo0 smtps auth <t> $0", ["listen on INTERFACE|socket «[OPTION …]»"]],
  ["listen on lo0 filter $0", ["listen on INTERFACE|socket «[OPTION …]»", "filter «NAME | { NAME … }»"]],
  ["action $0", ["action «NAME» METHOD [OPTION …]"]],
  ["action x $0", ["action NAME «METHOD» [OPTION …]"]],
  ["action x relay host a $0", ["action NAME METHOD «[OPTION …]»", "relay «[OPTION …]»"]],
  ["action x mbox alias <$0", ["action NAME METHOD «[OPTION …]»", "alias «<table>»"]],
  ["match $0", ["match «[CONDITION …]» action NAME | reject"]],
  [
    "match from $0",
    ["match «[CONDITION …]» action NAME | reject", "from «any|local|socket|src|rdns|auth|mail-from» …"],
  ],
  ["match from src $0", ["match «[CONDITION …]» action NAME | reject", "from src [regex] «ADDRESS»"]],
  ["match from src regex $0", ["match «[CONDITION …]» action NAME | reject", "regex «PATTERN»"]],
  ["match from src <a> $0", ["match «[CONDITION …]» action NAME | reject"]],
  ["match !from src { a, b } for any action $0", ["match [CONDITION …] action «NAME | reject»", "action «NAME»"]],
  ["mta limit $0", ["mta limit|max-deferred …", "mta limit [for domain DOMAIN] «NAME» NUMBER"]],
  ["mta limit for $0", ["mta limit|max-deferred …", "mta limit for «domain» DOMAIN …"]],
  [
    "filter x phase $0",
    ["filter NAME proc|proc-exec|phase|chain …", "filter NAME phase «PHASE» match CONDITION ACTION"],
  ],
  ["filter x phase connect match !$0", ["filter NAME proc|proc-exec|phase|chain …", "match [!] «CONDITION»"]],
  ["ca x cert $0", ["ca NAME cert «FILE»"]],
  ["bounce warn-interval 1h, $0", ["bounce warn-interval «DELAY[, DELAY …]»"]],
  ["table t $0", ["table NAME «[TYPE:]PATH | { VALUE … }»"]],
  ["match reject\n$0", []],
  ["# match $0", []],
  ["m = $0", []],
] as const)("%s", (text, expected) => {
  const { view, offset } = readMarked(text);
  expect(signatureHelp(view, offset).map(shown)).toEqual(expected);
});

test("every syntax of the vocabulary can be taken apart", () => {
  for (const { syntax, word } of vocabulary.flatMap(({ uses }) => uses)) {
    const texts = partsOf(syntax).map(({ start, end }) => syntax.slice(start, end));
    expect(texts.join(" ")).toBe(syntax);
    expect(texts.some((text) => text.includes(word))).toBe(true);
  }
});

test.each([
  ["listen on lo0 $0", /; options: port, tls, tls-require, smtps, pki, auth, /],
  ["listen on socket $0", /; options: tag, filter, mask-src, no-dsn$/],
  ["action x relay $0", /; options: host, auth, tls, helo, /],
  ["listen on lo0 port $0", /^accepts mail on an interface, an address or the local socket$/],
  ["listen on $0", /^accepts mail on an interface, an address or the local socket$/],
])("the options that may come next have their names, the usual ones first: %s", (text, help) => {
  const { view, offset } = readMarked(text);
  expect(signatureHelp(view, offset)[0]?.help).toMatch(help);
});
