import { GrammarWalk, keywords, parse, SmtpdParser, type Statement, walk } from "@smtpdlint/grammar";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allTokens, EndOfFile, LexedToken, Newline, Text } from "../../grammar/src/tokens.ts";
import { runs } from "../helpers/random.ts";

const read = (text: string) => parse("smtpd.conf", text);
const only = (text: string) => read(text).config.statements[0] as Statement;

/** A tree without spans, for reading. */
function outline(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(outline);
  if (typeof value !== "object" || value === null) return value;
  const node = value as Record<string, unknown>;
  if (node.kind === "keyword") return node.word;
  if (node.kind === "text") return node.value;
  if (node.kind === "number") return node.value;
  if (node.kind === "single-value") return outline(node.text);
  const hidden = new Set(["span", "index", "broken", "macro", "lineBreaks", "assignment", "keyword"]);
  const entries = Object.entries(node).filter(([key, item]) => !hidden.has(key) && item !== undefined);
  const word = (node.keyword as { word: string } | undefined)?.word;
  return Object.fromEntries(
    [
      ...(word && node.kind === "option" ? [["option", word]] : []),
      ...entries.map(([key, item]) => [key, outline(item)]),
    ].filter(([key]) => !(key === "kind" && word)),
  );
}

describe("statements", () => {
  test.each([
    ['x = "a b"', { kind: "macro", name: "x", value: "a b" }],
    ["action x mbox", { name: "x", method: "mbox", options: [] }],
    [
      'action "x" maildir "~/M" junk user joe ttl 1d',
      {
        name: "x",
        method: "maildir",
        argument: "~/M",
        modifier: "junk",
        options: [
          { option: "user", value: "joe" },
          { option: "ttl", value: "1d" },
        ],
      },
    ],
    [
      "action x relay backup mx a tls no-verify",
      {
        name: "x",
        method: "relay",
        options: [
          { option: "backup", modifier: "mx", value: "a" },
          { option: "tls", modifier: "no-verify" },
        ],
      },
    ],
    ["bounce warn-interval 1h, 2d", { delays: ["1h", "2d"] }],
    ["ca x cert y", { name: "x", cert: "y" }],
    ["filter f proc p", { name: "f", form: "proc", proc: "p", options: [] }],
    [
      "filter f proc-exec c user u",
      { name: "f", form: "proc-exec", command: "c", options: [{ option: "user", value: "u" }] },
    ],
    [
      "filter f chain { a, b c }",
      { name: "f", form: "chain", options: [], chain: { kind: "chain", filters: ["a", "b", "c"] } },
    ],
    ["include x", { path: "x" }],
    [
      "listen on lo port smtp tls-require verify",
      {
        interface: "lo",
        options: [
          { option: "port", value: "smtp" },
          { option: "tls-require", modifier: "verify" },
        ],
      },
    ],
    ["listen on socket mask-src", { socket: "socket", options: [{ option: "mask-src" }] }],
    [
      "match ! from src regex { a } reject",
      {
        conditions: [
          {
            negation: "!",
            subject: "src",
            regex: "regex",
            table: { kind: "inline-table", mapping: false, entries: [{ kind: "table-entry", key: "a" }] },
          },
        ],
        outcome: "reject",
      },
    ],
    ["mda limit max-session 1", { setting: "limit", limits: [{ kind: "limit", name: "max-session", value: 1 }] }],
    ["mda wrapper w c", { setting: "wrapper", limits: [], name: "w", command: "c" }],
    [
      "mta limit for domain d inet4 max-conn-per-host 3",
      { setting: "limit", domain: "d", limits: ["inet4", { kind: "limit", name: "max-conn-per-host", value: 3 }] },
    ],
    ["mta max-deferred 3", { setting: "max-deferred", value: 3, limits: [] }],
    [
      "pki x cert c dhe auto",
      {
        name: "x",
        options: [
          { option: "cert", value: "c" },
          { option: "dhe", value: "auto" },
        ],
      },
    ],
    ["proc p c chroot d", { name: "p", command: "c", options: [{ option: "chroot", value: "d" }] }],
    ["queue encryption", { setting: "encryption" }],
    ["scheduler limit max-inflight 5", { limits: [{ kind: "limit", name: "max-inflight", value: 5 }] }],
    ["smtp max-message-size 35M", { setting: "max-message-size", value: "35M", limits: [] }],
    ["srs key backup s", { setting: "key", backup: "backup", value: "s" }],
    [
      "table t { k = v, l => w }",
      {
        name: "t",
        inline: {
          kind: "inline-table",
          mapping: true,
          entries: [
            { kind: "table-entry", key: "k", value: "v" },
            { kind: "table-entry", key: "l", value: "w" },
          ],
        },
      },
    ],
    ["table t file:/x", { name: "t", source: "file:/x" }],
  ])("%s", (text, expected) => {
    const { config, problems } = read(`${text}\n`);
    expect(problems.filter(({ code }) => code !== "include-failed")).toEqual([]);
    expect(outline(config.statements[0])).toEqual(expected);
  });

  test("the filter of the seed", () => {
    expect(outline(only('filter check_rdns phase connect match !rdns disconnect "550 GO AWAY"'))).toEqual({
      name: "check_rdns",
      form: "phase",
      options: [],
      phase: "connect",
      condition: { negation: "!" },
      action: { text: "550 GO AWAY" },
    });
  });
});

describe("recovery", () => {
  test("a mistake costs nothing once there were a hundred thousand", () => {
    const { config, problems } = read(`${"a\n".repeat(100_010)}listen on lo\n`);
    expect(problems).toHaveLength(100_000);
    expect(config.statements.at(-2)?.broken).toBe(true);
    expect(config.statements.at(-1)).toMatchObject({ kind: "listen", broken: false });
  });

  test("a mistake costs nothing outside its statement", () => {
    const { config, problems } = read("acton x mbox\nmatch reject\nlisten lo\nadmd x\n");
    expect(config.statements.map(({ kind, broken }) => [kind, broken])).toEqual([
      ["macro", true],
      ["match", false],
      ["listen", true],
      ["admd", false],
    ]);
    expect(problems.length).toBe(2);
  });

  test("what stands before and after a mistake is kept", () => {
    const statement = only("listen on lo port 25 prot 26 tls pki x auth <t>");
    expect(outline(statement)).toEqual({
      interface: "lo",
      options: [
        { option: "port", value: 25 },
        { option: "tls" },
        { option: "pki", value: "x" },
        { option: "auth", value: { kind: "table-reference", name: "t" } },
      ],
    });
  });

  test("a value that is missing leaves a gap", () => {
    expect(outline(only("match from src for domain <t> action"))).toEqual({
      conditions: [{ subject: "src" }, { subject: "domain", table: { kind: "table-reference", name: "t" } }],
      outcome: "action",
    });
  });

  test("braces that stay open end at the next statement", () => {
    const { config } = read("table t { a\nb\nmatch reject\n");
    expect(config.statements.map(({ kind }) => kind)).toEqual(["table", "match"]);
  });
});

describe("spans", () => {
  const text = 'x = mz\naction "y" relay host smtp://$x tls # c\nmatch from any for domain { a, "b c" } action $x\n';

  test("are exact", () => {
    const { config } = read(text);
    const shown: string[] = [];
    for (const statement of config.statements) {
      walk(statement, (node) => {
        if (node.kind === "text" || node.kind === "table-entry" || node.kind === "option") {
          shown.push(text.slice(node.span.start, node.span.end));
        }
      });
    }
    expect(shown).toEqual(["x", "mz", '"y"', "host smtp://$x", "smtp://$x", "tls", "a", "a", '"b c"', '"b c"', "$x"]);
  });

  test("a text from a macro knows its macro", () => {
    const match = read(text).config.statements[2];
    expect(match?.kind === "match" && match.action).toMatchObject({
      value: "mz",
      macro: { name: "x", definition: { start: 4, end: 6 }, reference: { start: text.lastIndexOf("$x") } },
    });
  });

  test("comments are kept by file", () => {
    expect(read(text).config.files[0]?.comments.map(({ start, end }) => text.slice(start, end))).toEqual(["# c"]);
  });
});

describe("includes", () => {
  const files: Record<string, string> = {
    "a.conf": 'include "b.conf"\ny = $x\n',
    "b.conf": "x = lo",
    "loop.conf": "include loop.conf\n",
    "quote.conf": "listen on $x\n",
  };
  const readAll = (text: string) =>
    parse("main.conf", text, {
      include: (path) =>
        files[path] === undefined ? { path, failure: "not-found" } : { path, text: files[path] as string },
    });

  test("continue the stream of statements, and share macros both ways", () => {
    const { config, problems } = readAll('include "a.conf"\nlisten on $y\n');
    expect(problems).toEqual([]);
    expect(config.statements.map(({ kind, span }) => `${kind} ${span.file}`)).toEqual([
      "include 0",
      "include 1",
      "macro 2",
      "macro 1",
      "listen 0",
    ]);
    expect(config.files.map(({ path }) => path)).toEqual(["main.conf", "a.conf", "b.conf"]);
    expect(config.files[2]?.includedAt).toMatchObject({ file: 1, start: 8 });
  });

  test("the rest of the line comes after the included file", () => {
    const { config, problems } = readAll('x = lo\ninclude "b.conf" listen on $x\n');
    expect(problems).toEqual([]);
    expect(config.statements.map(({ kind }) => kind)).toEqual(["macro", "include", "macro", "listen"]);
  });

  test("a loop is a problem, and ends", () => {
    expect(readAll("include loop.conf\n").problems).toMatchObject([{ code: "include-loop", path: "loop.conf" }]);
  });

  test("a file that is not there is a problem", () => {
    expect(readAll("include nope\n").problems).toMatchObject([{ code: "include-failed", reason: "not-found" }]);
  });

  test("after a macro that ends in a quote, the included file's macros are not replaced", () => {
    // igetc has not yet seen the end of the macro when the file is opened.
    const { problems } = readAll('x = lo\nf = "\\"quote.conf\\""\ninclude $f\n');
    expect(problems).toMatchObject([{ code: "unquoted-text", text: "$x", span: { file: 1 } }]);
  });
});

describe("for any tokens", () => {
  const types = allTokens.filter(({ name }) => name !== "Stray");
  const statements = [...keywords.values()];
  const tokens = fc
    .tuple(
      fc.constantFrom(...statements, Text),
      fc.array(
        fc.oneof({ weight: 3, arbitrary: fc.constantFrom(Text) }, { weight: 5, arbitrary: fc.constantFrom(...types) }),
        { maxLength: 8 },
      ),
    )
    .map(([first, rest]) => [first, ...rest]);

  test("the parser takes exactly what the walk along the grammar takes", () => {
    const parser = new SmtpdParser();
    let valid = 0;
    fc.assert(
      fc.property(tokens, fc.array(fc.nat(), { minLength: 12, maxLength: 12 }), (types, dice) => {
        // Follow the grammar for a while, so that not everything is nonsense.
        const walkAlong = new GrammarWalk();
        const names = types.map(({ name }) => name);
        const line: string[] = [];
        for (const number of dice) {
          const steps = [...new Set(walkAlong.expected().map(({ token }) => token))];
          const next =
            number % 7 === 0 ? (names[number % names.length] as string) : (steps[number % steps.length] as string);
          if (next === undefined || next === "Newline") break;
          line.push(next);
          if (!walkAlong.accept(next)) break;
        }
        const end = walkAlong.expected().some(({ token, rule }) => token === "Newline" && rule === "statement");
        const lexed = [...line, "Newline"].map((name, at) => {
          const type = allTokens.find((item) => item.name === name) ?? EndOfFile;
          return new LexedToken(type, name, 0, at, at + 1);
        });
        const check = new GrammarWalk();
        const accepted = check.acceptAll(lexed) === lexed.length && lexed.at(-1)?.tokenType === Newline;
        const result = parser.read(lexed);
        if (result.valid) valid++;
        // Within braces an end of line ends nothing.
        if (accepted && !end) return;
        expect(result.valid, line.join(" ")).toBe(accepted);
      }),
      { numRuns: runs(3000) },
    );
    expect(valid).toBeGreaterThan(runs(100));
  });

  test("parsing never throws", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..."aer \"'{}<>=!,\n\\$#/*0@", "match ", "action ", "table ", "$x") }),
        (value) => {
          const { config, problems } = read(value);
          for (const { span } of [...config.statements, ...problems]) {
            expect(span.start).toBeGreaterThanOrEqual(0);
            expect(span.end).toBeLessThanOrEqual(value.length);
          }
        },
      ),
      { numRuns: runs(2000) },
    );
  });
});
