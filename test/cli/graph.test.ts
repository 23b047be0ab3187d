import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { run } from "./run.ts";

const { folder, file } = temporaryFolder("graph");
const conf = file(
  "smtpd.conf",
  `filter check phase connect match !rdns reject "550 no"
listen on eth0 filter check
listen on lo
action "local" mbox alias { info = "ann@far.example" }
action "out" relay
match from any for domain "example.org" action "local"
match from local for any action "out"
`,
);

/** What is drawn, without what is only for the eye. */
async function drawn(...argv: string[]) {
  const { stdout, stderr, code } = await run(["graph", conf, ...argv]);
  return { lines: stdout.split("\n").filter((line) => /^ {2}n\d+\W/.test(line)), stderr, code };
}

test("Mermaid is drawn where nothing else is named", async () => {
  const { stdout, stderr, code } = await run(["graph", conf]);
  expect(stdout).toMatch(/^flowchart LR\n/);
  expect(stdout).toContain('["rule 1<br>from any for domain #34;example.org#34;"]');
  expect([stderr, code]).toEqual(["", 0]);
});

test.each([
  ["dot", /^digraph mail \{\n/],
  ["svg", /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/],
  ["html", /^<!doctype html>\n/],
])("%s goes where it is sent", async (format, beginning) => {
  const output = `${folder}/flow.${format}`;
  const { stdout, stderr, code } = await run(["graph", conf, "--format", format, "-o", output]);
  expect([stdout, stderr, code]).toEqual(["", "", 0]);
  expect(readFileSync(output, "utf8")).toMatch(beginning);
});

test.each<[message: string, names: string[], ways: string[]]>([
  [
    "from 203.0.113.5 to bob@example.org",
    ["eth0", "check", "rule 1", "local", "/var/mail/USER"],
    ["0-1", "1-2", "2-3", "3-4"],
  ],
  ["from 203.0.113.5 rdns none to bob@example.org", ["eth0", "check", "refused"], ["0-1", "1-2"]],
  ["from 203.0.113.5 to bob@far.example", ["eth0", "check", "no rule", "refused"], ["0-1", "1-2", "2-3"]],
  ["from local to bob@far.example", ["socket", "rule 2", "out", "the MX"], ["0-1", "1-2", "2-3"]],
  [
    "from 127.0.0.1 to info@example.org",
    ["lo port", "aliases", "rule 1", "rule 2", "local", "out", "the MX"],
    ["0-2", "1-3", "2-4", "3-5", "4-1", "5-6"],
  ],
])("--for %s", async (message, names, ways) => {
  const { lines, stderr, code } = await drawn("--for", message);
  const nodes = lines.filter((line) => !line.includes("-->"));
  expect([stderr, code, nodes.length]).toEqual(["", 0, names.length]);
  for (const [index, name] of names.entries()) expect(nodes[index]).toContain(name);
  const numbered = new Map(nodes.map((line, index) => [/n\d+/.exec(line)?.[0], index]));
  const found = lines.flatMap((line) => {
    const [, from, to] = /(n\d+) --> (n\d+)/.exec(line) ?? [];
    return from && to ? [`${numbered.get(from)}-${numbered.get(to)}`] : [];
  });
  expect(found.sort()).toEqual(ways);
});

test.each([
  [["--for", "frm 192.0.2.1 to a@b.example"], "--for: unexpected 'frm'; did you mean 'from'?"],
  [["--for", "from { 192.0.2.1, 192.0.2.2 } to a@b.example"], "--for: describe one message, such as: "],
  [["--for", "port 26 to a@b.example"], "--for: no listener accepts such a message: port 26 to a@b.example"],
  [["--for", "from any to any-other-domain"], "means many"],
  [["--format", "pretty"], "--format must be one of mermaid, dot, svg, html, not pretty"],
  [["--format", "svg", "-o", "/nowhere/flow.svg"], "/nowhere/flow.svg: "],
])("%j is said to be wrong", async (argv, message) => {
  const { lines, stderr, code } = await drawn(...argv);
  expect(stderr).toContain(message);
  expect([lines, code]).toEqual([[], 2]);
});

test("of what smtpd refuses nothing is drawn", async () => {
  const { stdout, stderr, code } = await run(["graph", file("bad.conf", "match for any action x\n")]);
  expect(stderr).toContain("refuses");
  expect([stdout, code]).toEqual(["", 2]);
});
