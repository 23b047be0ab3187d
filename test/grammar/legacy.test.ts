import { applyEdits, type IncludeResult, legacy, lineColumn, lineStarts, type SourceFile } from "@smtpdlint/grammar";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import "../helpers/group-by.ts";
import { type OldVector, oldVectors } from "../helpers/old-vectors.ts";
import { runs } from "../helpers/random.ts";

const read = (text: string, files: Readonly<Record<string, string>> = {}) =>
  legacy.parse("smtpd.conf", text, {
    include: (path): IncludeResult => {
      const found = files[path];
      return found === undefined ? { path, failure: "not-found" } : { path, text: found };
    },
  });

/** Problems as `line code word`. */
function problems(text: string, files?: Readonly<Record<string, string>>): string[] {
  const { config, problems } = read(text, files);
  return problems.map((problem) => {
    const { span, code } = problem;
    const source = config.files[span.file] as SourceFile;
    const { line } = lineColumn(lineStarts(source.text), span.start);
    const word = "word" in problem ? ` ${problem.word}` : "found" in problem ? ` ${problem.found}` : "";
    return `${span.file === 0 ? "" : `${source.path}:`}${line} ${code}${word}`;
  });
}

describe.each(oldVectors)("%s", (_, readAll) => {
  const vectors = readAll();
  const judged = (vector: OldVector) => ({ vector, first: problems(vector.conf, vector.files)[0] });

  test("what 6.0.3 takes has no problem", () => {
    const wrong = vectors
      .filter(({ verdict }) => verdict.ok)
      .map(judged)
      .filter(({ first }) => first !== undefined)
      .map(({ vector, first }) => `${vector.id}: ${first}`);
    expect(wrong).toEqual([]);
  });

  test("a syntax error is found on its line", () => {
    const wrong = vectors
      .filter(({ verdict }) => verdict.message === "syntax error")
      .map(judged)
      .filter(({ vector, first }) => first?.split(" ")[0] !== String(vector.verdict.line))
      .map(({ vector, first }) => `${vector.id}: ${first} instead of ${vector.verdict.line}`);
    expect(wrong).toEqual([]);
  });
});

describe("a line that cannot be read", () => {
  test.each([
    ["accept for local deliver to maildir as vmail", "1 unreadable-statement as"],
    ["accept for local deliver", "1 unreadable-statement "],
    ["listen on em0 tls mask-src", "1 unreadable-statement mask-src"],
    ["action a mbox", "1 unreadable-statement a"],
    ["match for local action a", "1 unreadable-statement for"],
    ["table t { a, b = c }", "1 unreadable-statement ="],
    ["table t { a = b, c }", "1 unreadable-statement }"],
    ["table t { a = b, c d = e }", "1 unreadable-statement d"],
    ["table t {", "1 unreadable-statement "],
    ["table t { a", "2 unreadable-statement accept"],
    ["accept from local ! for any relay", "1 unreadable-statement for"],
    ["expire 4", "1 unreadable-statement 4"],
    ["accept for any relay via smtp://x backup", "1 unreadable-statement backup"],
    ["accept for any relay as @x", "1 unquoted-text"],
  ])("%s", (line, expected) => {
    expect(problems(`${line}\naccept for local deliver to mbox\n`)).toEqual([expected]);
  });

  test("costs one statement", () => {
    const { config } = read("expire 4\naccept for local deliver to mbox\n");
    expect(config.statements.map(({ kind, broken }) => [kind, broken])).toEqual([
      ["unknown", true],
      ["rule", false],
    ]);
  });
});

describe("words of releases before 6.0.3", () => {
  test.each([
    ["listen on em0 secure", ["secure"]],
    ["listen on em0 tls certificate mx auth", ["certificate"]],
    ["listen on em0 ssl enable auth", ["ssl", "enable"]],
    ["listen on em0 dsn-ret headers dsn-notify disable", ["dsn-ret", "dsn-notify"]],
    ["pki mx certificate a key b dhparams c ca d", ["dhparams", "ca"]],
    ["curve secp384r1", ["curve"]],
    ["enqueuer filter dkim", ["enqueuer"]],
    ["filter all chain a b", ["filter"]],
    ['filter dkim dkim-signer "-d" x', ["filter"]],
    ["map aliases source db /x.db".replace("/x.db", '"/x.db"'), ["map"]],
    ['map "aliases" { source db "/x.db" }', ["map"]],
    ["accept from all for all relay", ["all", "all"]],
    ["accept from <nets> for any relay", ["from"]],
    ["accept for any relay source { a } helo { a = b }", ["helo"]],
    ["accept for any relay via smtp.x ssl enable auth", ["ssl", "enable"]],
    ["accept for any relay via tls://x certificate mx", ["certificate"]],
  ])("%s", (line, words) => {
    const { config, problems } = read(`${line}\n`);
    expect(problems.map((problem) => [problem.code, "word" in problem && problem.word])).toEqual(
      words.map((word) => ["older-syntax", word]),
    );
    expect(config.statements.map(({ kind }) => kind)).not.toContain("unknown");
  });

  test.each([
    'secure = "a"',
    "table secure { all, map }",
    "listen on em0 tag secure",
    "listen on em0 tls hostname all",
    "accept tagged all for domain helo relay hostname ssl",
    "accept for domain <map> relay backup secure",
  ])("are texts where 6.0.3 wants one: %s", (line) => {
    expect(problems(`${line}\n`)).toEqual([]);
  });
});

describe("layout", () => {
  test("a line may end between two values in braces, and nowhere else", () => {
    expect(problems("table t { a\n\n b }\n")).toEqual([]);
    expect(problems("table t { a = b\n c = d }\n")).toEqual([]);
    expect(problems("table t {\n a,\n b\n}\n")).toEqual([
      "1 forbidden-line-break",
      "2 forbidden-line-break",
      "3 forbidden-line-break",
    ]);
    expect(read("table t {\n a,\n b\n}\n").config.statements).toMatchObject([
      { kind: "table", broken: true, inline: { entries: [{ key: { value: "a" } }, { key: { value: "b" } }] } },
    ]);
  });

  test("the last line ends with a newline, that of an included file need not", () => {
    expect(problems("accept for local deliver to mbox")).toEqual(["1 unfinished-line"]);
    expect(problems('include "a"\nexpire 1d\n', { a: "expire 2d" })).toEqual([]);
  });

  test("a backslash before a blank in quotes stays", () => {
    expect(read('x = "a\\ b"\n').config.statements).toMatchObject([{ value: { value: "a\\ b" } }]);
  });

  test("comments are in the files, and each statement at its place", () => {
    const text = "# one\n\nexpire 1d # two\nlisten on lo0 \\\n\ttls\n";
    const { config } = read(text);
    const [file] = config.files;
    expect(file?.comments.map(({ start, end }) => text.slice(start, end))).toEqual(["# one", "# two"]);
    expect(config.statements.map(({ span }) => text.slice(span.start, span.end))).toEqual([
      "expire 1d",
      "listen on lo0 \\\n\ttls",
    ]);
  });

  test("macros and includes are followed", () => {
    const { config } = read('dir = "file:/etc/mail"\ninclude "rules"\n', { rules: "table a $dir\n$dir\n" });
    expect(config.files.map(({ path }) => path)).toEqual(["smtpd.conf", "rules"]);
    expect(config.statements).toMatchObject([
      { kind: "macro" },
      { kind: "include", file: 1 },
      { kind: "table", source: { value: "file:/etc/mail", macro: { name: "dir" } } },
      { kind: "unknown" },
    ]);
    expect(problems('include "x"\naccept $a\n')).toEqual(["1 include-failed", "2 undefined-macro"]);
    expect(problems('include "x"\n', { x: 'include "x"\n' })).toEqual(["x:1 include-loop"]);
  });
});

test("the parts of a rule", () => {
  const text =
    "accept tagged ! X from ! source { 10.0.0.0/8 } for domain <d> sender s ! authenticated alias <a> userbase <u> deliver to lmtp h:24 rcpt-to as vmail expire 1d\n";
  const { config, problems } = read(text);
  expect(problems).toEqual([]);
  const [rule] = config.statements;
  if (rule?.kind !== "rule") throw new Error("no rule");
  const slice = ({ span }: { span: { start: number; end: number } }) => text.slice(span.start, span.end);
  expect(rule.conditions.map(slice)).toEqual([
    "tagged ! X",
    "from ! source { 10.0.0.0/8 }",
    "for domain <d>",
    "sender s",
    "! authenticated",
  ]);
  expect(rule.conditions.map(({ negation }) => negation !== undefined)).toEqual([true, true, false, false, true]);
  expect(rule.lookups.map(slice)).toEqual(["alias <a>", "userbase <u>"]);
  expect(rule.action).toMatchObject({ kind: "delivery", method: { word: "lmtp" }, user: { value: "vmail" } });
  expect(rule.action && slice(rule.action)).toBe("deliver to lmtp h:24 rcpt-to as vmail");
  expect(rule.options.map(slice)).toEqual(["expire 1d"]);
});

test("the grammar is LL(1)", () => {
  expect(new legacy.LegacyParser({ skipValidations: false }).getGAstProductions().statement).toBeDefined();
});

test("the words are those of 6.0.3's table, sorted", () => {
  expect(legacy.words).toEqual([...legacy.words].toSorted());
  expect(legacy.words).toHaveLength(68);
  expect(legacy.olderWords.filter(({ word }) => (legacy.words as readonly string[]).includes(word))).toEqual([]);
});

describe("whatever the text is", () => {
  const pieces = [...legacy.words, ...legacy.olderWords.map(({ word }) => word)];
  const text = fc
    .array(
      fc.oneof(fc.constantFrom(...pieces, "\n", "{", "}", "<a>", ",", "!", "=", '"', "\\\n", "$m", "#"), fc.string()),
      {
        maxLength: 40,
      },
    )
    .map((words) => words.join(" "));

  test("there is a tree, and problems only where there are characters", () => {
    fc.assert(
      fc.property(text, (value) => {
        const { config, problems } = read(value, { a: "listen on" });
        for (const { span } of [...problems, ...config.statements]) {
          const { text: source } = config.files[span.file] as SourceFile;
          expect(0 <= span.start && span.start <= span.end && span.end <= source.length).toBe(true);
        }
        for (const statement of config.statements) {
          if (statement.kind === "unknown") expect(statement.broken).toBe(true);
        }
      }),
      { numRuns: runs(300) },
    );
  });

  test("a file of statements that 6.0.3 takes is read whole when one is damaged", () => {
    const lines = ["expire 1d", "listen on lo0 tls", "accept for any relay", "table t { a, b }"];
    fc.assert(
      fc.property(fc.nat(lines.length - 1), fc.nat(10), (line, at) => {
        const start = lines.slice(0, line).join("\n").length + (line > 0 ? 1 : 0);
        const offset = start + Math.min(at, lines[line]?.length ?? 0);
        const damaged = applyEdits(`${lines.join("\n")}\n`, [
          { span: { file: 0, start: offset, end: offset }, text: " , " },
        ]);
        const { config } = read(damaged);
        expect(config.statements.map(({ kind }) => kind === "unknown")).toEqual(
          lines.map((_, index) => index === line),
        );
      }),
      { numRuns: runs(50) },
    );
  });
});
