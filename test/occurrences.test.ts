import { parse } from "@smtpdlint/grammar";
import { includeWithin, Model, memoryHost, occurrences, symbolsAt } from "@smtpdlint/model";
import { expect, test } from "vitest";

const main = `domains = "<d>"
table d { a, b }
filter f proc-exec "true"
filter g chain { f, f }
listen on lo filter g tag Y
match tag { X, y } for domain $domains action "in"
include "one.conf"
`;
const one = `action in maildir
pki p cert "c"
match from any for domain <d> action in
listen on lo port 25 pki P
table u {
  a,
  b }`;

/** Also of statements that are broken. */
test("the names at an offset are those of all that stand there", () => {
  let found = 0;
  for (let cut = 0; cut < main.length; cut++) {
    const text = main.slice(0, cut) + main.slice(cut + 1);
    const files = { "/main.conf": text, "/one.conf": one.slice(0, one.length - (cut % one.length)) };
    const host = memoryHost(files);
    const { config, problems } = parse("/main.conf", text, { target: "7.8", include: includeWithin(host) });
    const { symbols, sources } = new Model({ ...config, isEdited: cut % 2 === 0 }, problems, "7.8", host);
    const all = occurrences(symbols);
    for (const { id, text } of sources.files) {
      for (let offset = 0; offset <= text.length; offset++) {
        const there = all.filter(({ span }) => span.file === id && span.start <= offset && offset <= span.end);
        const seen = symbolsAt(symbols, id, offset);
        if (there.length === 0 && seen.length === 0) continue;
        expect(seen).toHaveLength(there.length);
        expect(seen).toEqual(expect.arrayContaining(there));
        found += seen.length;
      }
    }
  }
  expect(found).toBeGreaterThan(1000);
});
