import { type Config, type ParseOptions, parse, type Statement, walk } from "@smtpdlint/grammar";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../helpers/random.ts";
import { allCases } from "../helpers/rule-cases.ts";

/** A tree that takes statements from an earlier one is the tree that reading anew makes. */
const texts = allCases()
  .map(({ text }) => text)
  .filter(({ length }) => length < 2000);

const include: NonNullable<ParseOptions["include"]> = (path) =>
  path === "odd" ? { path, text: 'm = "\n' } : { path, text: "table included { a }\n" };

/** Reads both ways, which must be the same; says how many statements were taken over. */
function reread(before: string, after: string, previous = parse("smtpd.conf", before, { include }).config) {
  const untouched = structuredClone(withPlainStatements(previous));
  let read = 0;
  const { config, problems } = parse("smtpd.conf", after, { include, previous, onStatement: () => read++ });
  const kept = config.statements.length - read;
  const anew = parse("smtpd.conf", after, { include });
  expect(nodesOf(config)).toEqual(nodesOf(anew.config));
  expect({ config: withPlainStatements(config), problems }).toEqual({
    ...anew,
    config: withPlainStatements(anew.config),
  });
  expect(withPlainStatements(previous)).toEqual(untouched);
  return { kept, config };
}

/** Those that have moved have their parts as accessors; and that there was an edit is the one difference. */
const withPlainStatements = (config: Config): Config => ({
  ...config,
  isEdited: false,
  statements: config.statements.map((statement) => {
    const plain: Record<string, unknown> = {};
    for (const name in statement) plain[name] = statement[name as keyof Statement];
    return plain as unknown as Statement;
  }),
});

/** What a walk finds. */
function nodesOf({ statements }: Config): string[] {
  const found: string[] = [];
  for (const statement of statements)
    walk(statement, ({ kind, span }) => found.push(`${kind} ${span.start} ${span.end}`));
  return found;
}

test.each([
  ["nothing changes", "table a { x }\nmatch reject\n", "table a { x }\nmatch reject\n", 2],
  ["in front", "table a { x }\nmatch reject\n", "\n\ntable b { y }\ntable a { x }\nmatch reject\n", 2],
  ["behind", "table a { x }\nmatch reject\n", "table a { x }\nmatch reject\nlisten on lo\n", 2],
  ["in the middle", "table a { x }\nadmd x\nmatch reject\n", "table a { x }\nadmd yyy\nmatch reject\n", 2],
  ["a list over lines", "admd x\ntable a {\n x,\n y\n}\n", "admd yy\ntable a {\n x,\n y\n}\n", 1],
  ["taken out", "table a { x }\nadmd x\nmatch reject\n", "table a { x }\nmatch reject\n", 2],
  ["the same line twice", "admd x\nadmd x\nmatch reject\n", "admd x\nmatch reject\n", 2],
  ["a macro changes", "m = a\nadmd $m\nmatch reject\n", "m = b\nadmd $m\nmatch reject\n", 1],
  ["a macro stays", "m = a\nadmd $m\nmatch reject\n", "m = a\nlisten on lo\nadmd $m\nmatch reject\n", 3],
  ["a macro moves", "m = a\nadmd $m\nmatch reject\n", "\nm = a\nadmd $m\nmatch reject\n", 3],
  ["a macro of a macro", "n = a\nm = $n\nadmd $m\n", "n = b\nm = $n\nadmd $m\n", 0],
  ["a macro is defined again", "m = a\n# b\nadmd $m\n", "m = a\nm = b\nadmd $m\n", 1],
  ["a macro with a quote", 'm = "\'"\nadmd $m\nmatch reject\n', '\nm = "\'"\nadmd $m\nmatch reject\n', 1],
  ["a macro is taken out", "m = a\nadmd $m\nmatch reject\n", "admd $m\nmatch reject\n", 1],
  ["comments behind", "admd x # a\ntable t { # b\n a }\n", "admd yy # a\ntable t { # b\n a }\n", 1],
  ["lines that go on", "admd x\nmatch \\\n reject\n", "admd yy\nmatch \\\n reject\n", 1],
  ["a quote opens", "admd x\nlisten on 'lo'\nmatch reject\n", "admd 'x\nlisten on 'lo'\nmatch reject\n", 1],
  ["a quote that never closes", "admd x\nmatch reject\n", "admd 'x\nmatch reject\n", 0],
  ["a brace opens", "admd x\nmatch reject\n", "table t {\nmatch reject\n", 1],
  ["a line goes on", "admd x\nmatch reject\n", "admd x \\\nmatch reject\n", 0],
  ["an include", 'include "i"\nadmd x\nmatch reject\n', 'include "j"\nadmd x\nmatch reject\n', 2],
  ["an include that ends oddly", "admd x\nmatch reject\n", 'include "odd"\nadmd x\nmatch reject\n', 0],
  ["the last line has no end", "admd x\nmatch reject", "admd y\nmatch reject", 0],
])("%s", (_, before, after, kept) => {
  expect(reread(before, after).kept).toBe(kept);
});

test(`after any edit (seed ${seed})`, () => {
  const withMacros = fc.constantFrom(
    "m = x\ni = $m\n# $m\n",
    'listen on lo filter $m # $i\ntable t { $m, "$i" # a\n }\n',
    'm = "for any"\nmatch $m \\\n from any reject\nmatch from any$m reject\n',
    "pki $m cert $i/x\naction $i relay host $m\n",
  );
  const text = fc.oneof(fc.constantFrom(...texts), withMacros);
  const edit = fc.tuple(
    text,
    fc.array(text, { minLength: 1, maxLength: 4 }).map((all) => all.join("\n")),
    fc.nat(),
    fc.nat(80),
    fc.oneof(
      fc.constantFrom("", "\n", '"', "'", "{", "}", "$m", "#", "\\\n", "x", " ", "m = x\n", "include i\n", "\r", "\0"),
      fc.constantFrom(...texts),
    ),
  );
  fc.assert(
    fc.property(edit, ([one, other, at, length, text]) => {
      const before = `${one}\n${other}`;
      const start = at % before.length;
      const after = before.slice(0, start) + text + before.slice(start + length);
      const { config } = reread(before, after);
      // What has moved moves again, and back to where it was.
      const { config: again } = reread(after, `# ${after}`, config);
      reread(`# ${after}`, before, again);
    }),
    { numRuns: runs(600), endOnFailure: true },
  );
});
