import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import AjvDraft4 from "ajv-draft-04";
import addFormats from "ajv-formats";
import { describe, expect, test } from "vitest";
import { formats } from "../../packages/cli/src/reporters/index.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { run } from "./run.ts";

const { folder, file } = temporaryFolder("formats");

/** Findings of all severities, with related places and fixes, in a file and one that it includes. */
const main = file(
  "smtpd.conf",
  'include "inc.conf"\nlisten on 0.0.0.0 mask-source\nmatch from any for any action <&"out\'>\nmatch for any reject\nmatch for local reject\n',
);
file("inc.conf", "# ä\ntable täble { x }\naction out relay src 192.0.2.1\n");
const clean = file("clean & neat.conf", "match reject\n");

async function show(format: string, ...paths: string[]): Promise<string> {
  const { stdout } = await run(["--format", format, ...paths], { pages: { "old-syntax": "# old-syntax\n" } });
  return stdout.replaceAll(folder, "/etc/mail");
}

describe("sarif", () => {
  const schema = JSON.parse(readFileSync(new URL("schemas/sarif-2.1.0.json", import.meta.url), "utf8"));
  const ajv = new AjvDraft4.default({ strict: false, allErrors: true });
  addFormats.default(ajv);

  test("is what the schema of OASIS wants", async () => {
    const document = JSON.parse(await show("sarif", main, clean));
    const validate = ajv.compile(schema);
    validate(document);
    expect(validate.errors).toBeNull();
  });

  test("describes the rules that have found something, and points to them", async () => {
    const [{ tool, results }] = JSON.parse(await show("sarif", main)).runs;
    const { rules } = tool.driver;
    for (const { ruleId, ruleIndex } of results) expect(rules[ruleIndex].id).toBe(ruleId);
    const old = results.find(({ ruleId }: { ruleId: string }) => ruleId === "old-syntax");
    expect(rules[old.ruleIndex].help.markdown).toBe("# old-syntax\n");
    expect(old.locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: "file:///etc/mail/smtpd.conf" },
      region: { startLine: 2, startColumn: 19, endLine: 2, endColumn: 30 },
    });
    expect(old.fixes[0].artifactChanges[0].replacements[0].insertedContent).toEqual({ text: "mask-src" });
  });

  test("fingerprints survive lines above, and tell equal findings apart", async () => {
    const prints = async (text: string) => {
      const document = JSON.parse(await show("sarif", file("moved.conf", text)));
      return document.runs[0].results.map((item: { partialFingerprints: object }) => item.partialFingerprints);
    };
    const text = "listen on lo mask-source\nmatch reject\n";
    expect(await prints(`\n# more\n${text}`)).toEqual(await prints(text));
    const [one, other] = await prints("listen on lo foo\nlisten on lo foo\nmatch reject\n");
    expect(one).not.toEqual(other);
  });

  test("no findings, no rules", async () => {
    expect(JSON.parse(await show("sarif", clean)).runs[0]).toMatchObject({
      results: [],
      tool: { driver: { rules: [] } },
    });
  });
});

test("github: a command a finding, with what would end it escaped", async () => {
  const odd = file("a,b:c%.conf", "listen on lo\nmatch from any action 'x\ny\n");
  const lines = (await show("github", odd)).trimEnd().split("\n");
  expect(lines[0]).toMatch(/^::error file=\/etc\/mail\/a%2Cb%3Ac%25\.conf,line=2,endLine=2,col=23,/);
  for (const line of lines) expect(line).toMatch(/^::(error|warning|notice) file=[^:]*::./);
});

test("gitlab: one array, with fingerprints that differ", async () => {
  const issues = JSON.parse(await show("gitlab", main));
  expect(issues[0]).toMatchObject({
    type: "issue",
    location: { path: expect.any(String), lines: { begin: expect.any(Number) } },
  });
  expect(new Set(issues.map(({ fingerprint }: { fingerprint: string }) => fingerprint)).size).toBe(issues.length);
  expect(JSON.parse(await show("gitlab", clean))).toEqual([]);
});

test.each(["checkstyle", "junit"])("%s: XML in which nothing is left unescaped", async (format) => {
  const xml = await show(format, main, clean, file("control.conf", 'match tag "\u0001<\ufffe" for any reject\n'));
  expect(xml).toContain('name="/etc/mail/clean &amp; neat.conf"');
  expect(xml.replace(/&(?:amp|lt|gt|quot|apos);/g, "")).not.toMatch(/&|[\0-\x08\ufffe\uffff]/);
  const tags = [...xml.matchAll(/<(\/?)(\w+)([^<>]*?)(\/?)>/g)];
  let depth = 0;
  for (const [, closes, , attributes, empty] of tags) {
    expect(attributes).toMatch(/^(?: \w+="[^"<]*")*$/);
    depth += closes ? -1 : empty ? 0 : 1;
  }
  expect([depth, xml.replace(/<[^<>]*>/g, "").includes("<")]).toEqual([0, false]);
});

test("junit: a clean file is a test that passes", async () => {
  expect(await show("junit", clean)).toContain('<testsuites name="smtpdlint" tests="1" failures="0">');
});

test("rdjson: columns count bytes", async () => {
  const { diagnostics } = JSON.parse(await show("rdjson", file("bytes.conf", 'table "äö" { a } mask\nmatch reject\n')));
  const { range } = diagnostics.find(({ code }: { code: { value: string } }) => code.value === "syntax-error").location;
  expect(range.start).toEqual({ line: 1, column: 20 });
});

test("tap: a test a file", async () => {
  expect((await show("tap", main, clean)).split("\n").filter((line) => !line.startsWith(" "))).toEqual([
    "TAP version 14",
    "1..3",
    "not ok 1 - /etc/mail/smtpd.conf",
    "ok 2 - /etc/mail/clean & neat.conf",
    "not ok 3 - /etc/mail/inc.conf",
    "",
  ]);
});

describe("what a text or a name holds cannot drive a terminal or the reader of a format", () => {
  const nasty = "\x1b[31m\x07\x7f\x9b\u202e\u2028\ufeff\r::error::x";
  const included = file(`nasty\n::error file=x::y ${nasty}.conf`, `table "${nasty}\ufffe\ud800" mask\n`);
  const path = file(
    "nasty.conf",
    `include "${included.slice(folder.length + 1)}"\n# ${nasty}\nlisten on lo mask-source "${nasty}\n${nasty}"\nmatch for any action "${nasty}"\nmatch for any action "${"x".repeat(56)}${"😀".repeat(9)}"\n`,
  );
  const hidden = /[\0-\x09\x0b-\x1f\x7f-\x9f\p{Cf}\p{Cs}\u2028\u2029]/u;

  test.each(formats)("%s", async (format) => {
    const { stdout, stderr } = await run(["--format", format, path, included, `${included}\n::error::gone`]);
    expect(stdout).not.toMatch(hidden);
    expect(stderr).not.toMatch(hidden);
    if (format !== "github") expect(stdout + stderr).not.toMatch(/^::/m);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  test.each([
    ["fmt", "--check", included],
    ["fmt", "--diff", path],
    ["--fix-dry-run", path],
    ["--output", `${folder}/gone/${nasty}`, path],
    ["--format", "json", "--output", `${folder}/gone/${nasty}`, path],
    ["--root", nasty, path],
    ["--config", nasty, path],
    ["--define", nasty, path],
    ["--rule", `${nasty}=off`, path],
    ["--target", nasty, path],
    [`--${nasty}`, path],
    ["explain", nasty],
    ["completions", nasty],
    ["print-config", nasty, "--root", nasty],
  ])("%j", async (...argv) => {
    const { stdout, stderr } = await run(argv, { terminal: true, env: { NO_COLOR: "1" } });
    expect(stdout + stderr).not.toMatch(hidden);
    expect(stderr).not.toMatch(/^::/m);
  });

  test("a path can neither skip a test of TAP nor add one", async () => {
    const skipped = file("a\\ # SKIP \\# TODO.conf", "acton x mbox\n");
    const [, plan, test, yaml] = (await show("tap", skipped)).split("\n");
    expect([plan, test, yaml]).toEqual(["1..1", "not ok 1 - /etc/mail/a\\\\ \\# SKIP \\\\\\# TODO.conf", "  ---"]);
  });
});

describe("several formats", () => {
  test("each to its own file, one to standard output", async () => {
    const [one, other] = [join(folder, "one.json"), join(folder, "other.xml")];
    const argv = ["--format", "json", "-o", one, "--format", "compact", "--format", "junit", "--output", other, main];
    const { stdout, code } = await run(argv);
    expect(stdout).toContain(": error: ");
    expect([code, JSON.parse(readFileSync(one, "utf8")).version]).toEqual([1, 1]);
    expect(readFileSync(other, "utf8")).toContain("<testsuites");
  });

  test("wrong usage, and a file that cannot be written", async () => {
    expect((await run(["--format", "json", "--format", "tap", main])).stderr).toContain("only one --format");
    const { code, stderr } = await run(["--format", "json", "-o", join(folder, "no/such/folder.json"), clean]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("no such file or directory")]);
  });
});

describe("more findings than anybody reads", () => {
  test.each(["json", "sarif", "github", "gitlab", "pretty", "compact"])("%s", async (format) => {
    const { folder } = temporaryFolder("many");
    const path = `${folder}/smtpd.conf`;
    writeFileSync(path, `listen on lo${" tls".repeat(60_000)}\nmatch reject\n`);
    const { code, stdout } = await run([path, "--format", format]);
    expect(code).toBe(1);
    if (format === "json") {
      const [file] = JSON.parse(stdout).files;
      expect(file.diagnostics.filter(({ rule }: { rule: string }) => rule === "repeated-option")).toHaveLength(10_000);
      expect(file.omitted).toEqual([{ rule: "repeated-option", count: 49_999 }]);
    }
    if (format === "pretty" || format === "compact") expect(stdout).toContain("49999 more findings");
  });

  test("those that were not even kept are counted", async () => {
    const { folder } = temporaryFolder("millions");
    const path = `${folder}/smtpd.conf`;
    writeFileSync(path, `listen on lo${" tls".repeat(210_001)}\nmatch reject\n`);
    expect((await run([path, "--format", "compact"])).stdout).toContain("200000 more findings [repeated-option]");
  });

  test("the identity of a finding does not hold a long line", async () => {
    const { folder } = temporaryFolder("long");
    const path = `${folder}/smtpd.conf`;
    const keys = Array.from({ length: 20_000 }, (_, index) => `*.a${index}`).join(", ");
    writeFileSync(path, `table t { ${keys} }\nmatch from any for domain <t> reject\n`);
    const { stdout } = await run([path, "--format", "gitlab"]);
    const prints = JSON.parse(stdout).map(({ fingerprint }: { fingerprint: string }) => fingerprint);
    expect(new Set(prints).size).toBe(prints.length);
  });
});
