import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Lexer, type MacroValue } from "../../grammar/src/lexer.ts";
import type { Problem } from "../../grammar/src/problem.ts";
import type { SourceFile } from "../../grammar/src/source.ts";
import { keywordsOf } from "../../grammar/src/tokens.ts";
import { runs } from "../helpers/random.ts";

const macros = new Map<string, MacroValue>(
  Object.entries({
    m: "a b",
    dom: "mx",
    list: "x, y",
    q: '"quoted text"',
    n: "25",
    h: "a # b",
    d: "$m",
    k: "relay",
    e: "",
  }).map(([name, text]) => [name, { text, definition: undefined }]),
);

const dialect = { keywords: keywordsOf("7.8"), endsLastLine: true, unescapesBlanks: true };

function lex(text: string, useFastPath = true) {
  const source: SourceFile = { id: 0, path: "x", text, includedAt: undefined, comments: [] };
  const problems: Problem[] = [];
  const lexer = new Lexer(source, dialect, (name) => macros.get(name), problems, [], useFastPath);
  const tokens: string[] = [];
  const places: string[] = [];
  for (;;) {
    const token = lexer.next();
    if (token.tokenType.name === "EOF") break;
    tokens.push(token.tokenType.name === "Newline" ? "⏎" : `${token.tokenType.name}:${token.image}`);
    places.push(`${token.start}-${token.end}${token.faulty ? "!" : ""}${token.quote}${token.macro?.name ?? ""}`);
  }
  return { tokens, places, problems, comments: source.comments };
}

const tokensOf = (text: string) => lex(text).tokens.slice(0, -1).join(" ");

describe("words and numbers", () => {
  test.each([
    ["relay Relay mx.example.org", "relay:relay Text:Relay Text:mx.example.org"],
    ["25 -1 10.0.0.1 4d 2024-01-01", "Number:25 Number:-1 Text:10.0.0.1 Text:4d Text:2024-01-01"],
    ["5#c", "Text:5"],
    ["25,26=27}", "Number:25 Comma:, Number:26 Equals:= Number:27 RBrace:}"],
    ["a=>b c=d", "Text:a Arrow:=> Text:b Equals:= Text:c".replace("Equals:= Text:c", "Text:c Equals:= Text:d")],
    ["a@b/c;d'e\"f", "Text:a@b/c;d'e\"f"],
    [":_x a!b", "Text::_x Text:a Bang:! Text:b"],
    ["mb\\ox m\\y", "mbox:mbox Text:my"],
    ["a\\ b", "Text:a Text:b"],
    ["5\\\\x a\\\\x", "Text:5x Text:a\\x"],
  ])("%s", (text, expected) => expect(tokensOf(text)).toBe(expected));
});

describe("quotes", () => {
  test.each([
    ["\"a b\" 'c d'", "Text:a b Text:c d"],
    ['"a\\"b" "a\\\'b"', "Text:a\"b Text:a\\'b"],
    ['"a\\\\b" "a\\ b"', "Text:a\\\\b Text:a b"],
    ['"a\nb" "a\\\nb"', "Text:ab Text:ab"],
    ['"$m"', "Text:$m"],
    ['\\"a b\\"', 'Text:a b\\"'],
  ])("%s", (text, expected) => {
    expect(
      lex(text)
        .tokens.filter((token) => token !== "⏎")
        .join(" ")
        .startsWith(expected.split('\\"')[0] as string),
    ).toBe(true);
  });
});

describe("lines and comments", () => {
  test.each([
    ["a \\\n b", "Text:a Text:b"],
    ["# x \\\n y\nz", "⏎ Text:z"],
    ["# x \\\\\nz", "⏎ Text:z"],
    ["a#b", "Text:a"],
    ["a\\\nb", "Text:ab"],
  ])("%j", (text, expected) => expect(tokensOf(text)).toBe(expected));

  test("comments are kept with their continuation lines", () => {
    expect(lex("# x \\\n y\n a # z\r\n").comments.map(({ start, end }) => [start, end])).toEqual([
      [0, 8],
      [12, 15],
    ]);
  });
});

describe("macros", () => {
  test.each([
    ["$m", "Text:a Text:b"],
    ["$dom.example.org", "Text:mx.example.org"],
    ["{$list}", "LBrace:{ Text:x Comma:, Text:y RBrace:}"],
    ["$q", "Text:quoted text"],
    ["$n", "Number:25"],
    ["$n$n", "Text:25$n"],
    ["$k", "relay:relay"],
    ["$h c", "Text:a"],
    ["file:$dom", "Text:file:$dom"],
    ["$e x", "Text:x"],
    ["$e$m", "Text:a Text:b"],
  ])("%s", (text, expected) => expect(tokensOf(text)).toBe(expected));

  test("are not replaced within macros", () => {
    const { problems } = lex("$d");
    expect(problems).toMatchObject([{ code: "unquoted-text", text: "$m" }]);
  });

  test("give tokens the place of their use, joined with what follows", () => {
    expect(lex("x $dom.org $m").places).toEqual(["0-1", "2-10dom", "11-13m", "11-13m", "13-13"]);
  });

  test("that are not defined leave a faulty text in their place", () => {
    const { tokens, places, problems } = lex("a $no.org b");
    expect(tokens.join(" ")).toBe("Text:a Text: Text:b ⏎");
    expect(places[1]).toBe("2-9!no");
    expect(problems).toMatchObject([{ code: "undefined-macro", name: "no", span: { start: 2, end: 5 } }]);
  });
});

describe("what smtpd cannot read", () => {
  test("a quote without its partner costs one line", () => {
    const { tokens, problems } = lex('a "b c\nd e\n');
    expect(tokens.join(" ")).toBe("Text:a Text:b c ⏎ Text:d Text:e ⏎ ⏎");
    expect(problems).toMatchObject([{ code: "unclosed-quote", span: { start: 2, end: 3 } }]);
  });

  test("text that needs quotes becomes text", () => {
    const { tokens, problems } = lex("cert /etc/x.pem key *.org");
    expect(tokens.join(" ")).toBe("cert:cert Text:/etc/x.pem key:key Text:*.org ⏎");
    expect(problems.map(({ code }) => code)).toEqual(["unquoted-text", "unquoted-text"]);
  });

  test("carriage returns are counted once a file", () => {
    expect(lex("a\r\nb\r\n\r\n").problems).toMatchObject([{ code: "carriage-return", count: 3 }]);
    expect(lex("a \\\r\n b\r\n").tokens.join(" ")).toBe("Text:a Text:b ⏎ ⏎");
  });
});

/** Text in which the lexer has something to do. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "a",
        "relay",
        "tls",
        "25",
        "-1",
        "-",
        "10.0.0.1",
        " ",
        "\t",
        "\n",
        "\\\n",
        "\\",
        "#",
        '"',
        "'",
        "$m",
        "$dom",
        "$q",
      ),
      fc.constantFrom(
        "$n",
        "$no",
        "$h",
        "$d",
        "$",
        "=",
        "=>",
        "{",
        "}",
        "<",
        ">",
        "!",
        ",",
        "/",
        "*",
        "@",
        "\r\n",
        "\r",
        "\f",
        "\0",
      ),
      fc.constantFrom("\x01", "\x02", "\ufeff", "é", "“", "\\x", "\\\\", '\\"', "\\$m", "${", "$k", "$e", "_", ":"),
      fc.string({ maxLength: 3 }),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(""));

describe("for any text", () => {
  test("the fast path reads what the step-by-step path reads", () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(lex(value, true)).toEqual(lex(value, false));
      }),
      { numRuns: runs(3000) },
    );
  });

  test("tokens stand in order and inside the text", () => {
    fc.assert(
      fc.property(text, (value) => {
        let last = 0;
        for (const place of lex(value).places) {
          const [start = 0, end = 0] = place.split(/[-!"'a-z]/).map(Number);
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(value.length);
          last = start;
        }
      }),
      { numRuns: runs(1000) },
    );
  });
});
