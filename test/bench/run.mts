import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Client } from "../server/client.ts";
import * as texts from "./texts.mts";

/**
 * `npm run bench`: times whole processes beside a reference in the same run,
 * prints medians and ratios, and writes them to RESULTS.md. Times depend on
 * the machine; ratios say more.
 */
const root = fileURLToPath(new URL("../../", import.meta.url));
const lint = join(root, "packages/cli/dist/smtpdlint.cjs");
const smtpd = "/usr/sbin/smtpd";
const folder = mkdtempSync(join(tmpdir(), "smtpdlint-bench-"));
const rounds = 5;

interface Row {
  readonly name: string;
  readonly ours: string;
  readonly beside: string;
  readonly ratio: string;
  readonly aim: string;
}
const rows: Row[] = [];

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const ms = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;

function time(command: string, argv: readonly string[]): number {
  const start = performance.now();
  spawnSync(command, argv, { stdio: "ignore" });
  return performance.now() - start;
}

/** Runs both in turn, so that a busy moment of the machine is shared. */
function compare(
  name: string,
  aim: string,
  ours: () => number,
  beside: string,
  theirs: (() => number) | undefined,
): void {
  const [own, other]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    own.push(ours());
    if (theirs) other.push(theirs());
  }
  const [a, b] = [median(own), median(other)];
  rows.push({
    name,
    ours: ms(a),
    beside: theirs ? `${beside} ${ms(b)}` : "",
    ratio: theirs ? `${(a / b).toFixed(2)} ×` : "",
    aim,
  });
  console.log(rows.at(-1));
}

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const check = (path: string) => () => time(process.execPath, [lint, "--quiet", "--root", folder, path]);
const node = () => time(process.execPath, ["-e", "0"]);
const oracle = (path: string) => (existsSync(smtpd) ? () => time(smtpd, ["-n", "-f", path]) : undefined);

const small = file("small.conf", texts.small);
compare("cold start, 40 lines", "≤ 1.5 ×", check(small), "node -e 0", node);
compare("the same", "stated", check(small), "smtpd -n", oracle(small));
for (const count of [10_000, 100_000]) {
  const inline = file(`inline-${count}.conf`, texts.rulesWithDomains(count));
  compare(`${count} rules, a domain each`, count > 10_000 ? "≤ 3 ×" : "", check(inline), "smtpd -n", oracle(inline));
  const shared = file(`shared-${count}.conf`, texts.rulesWithTable(count));
  compare(`${count} rules, one table`, count > 10_000 ? "≤ 3 ×" : "", check(shared), "smtpd -n", oracle(shared));
}
for (const count of [1000, 10_000, 20_000]) {
  const path = file(`macros-${count}.conf`, texts.macros(count));
  compare(`${count} macros`, count > 1000 ? "faster" : "", check(path), "smtpd -n", oracle(path));
}
for (const [name, aim, shuffle] of [
  ["sorted", "≤ 3 ×", false],
  ["shuffled", "faster", true],
] as const) {
  const table = file(`table-${name}`, texts.table(1_000_000, shuffle));
  // With --root our copy, for smtpd the same place.
  const ours = file(`${name}.conf`, `table t file:/${`table-${name}`}\nmatch from any for domain <t> reject\n`);
  const theirs = file(`${name}-smtpd.conf`, `table t file:${table}\nmatch from any for domain <t> reject\n`);
  compare(`a table of 1,000,000 entries, ${name}`, aim, check(ours), "smtpd -n", oracle(theirs));
}

const many = join(folder, "many");
mkdirSync(many);
for (let index = 0; index < 1000; index++) writeFileSync(join(many, `${index}.smtpd.conf`), texts.lines(100));
const one = file("one.conf", texts.lines(100));
compare("1000 files of 100 lines", "linear", check(many), "one of them", check(one));

const source = texts.lines(10_000);
const { analyse, blindHost } = await import("@smtpdlint/analysis");
const perLine: number[] = [];
for (let round = 0; round < rounds; round++) {
  const start = performance.now();
  analyse("smtpd.conf", source, blindHost);
  perLine.push((performance.now() - start) / 10_000);
}
rows.push({
  name: "analysis alone",
  ours: `${Math.round(1000 / median(perLine))} lines a second`,
  beside: "",
  ratio: "",
  aim: "stated",
});

for (const [count, aim] of [
  [100, 5],
  [1000, 16],
  [10_000, 100],
] as const) {
  const client = await Client.start([join(root, "packages/server/dist/server.js"), "--stdio"]);
  const uri = pathToFileURL(join(folder, `typed-${count}.conf`)).href;
  await client.open(uri, texts.lines(count));
  await client.pushed(uri, () => true);
  const times: number[] = [];
  for (let key = 0; key < 60; key++) {
    // Each keystroke makes a finding come or go, so that the answer can be told from an older one.
    const position = { line: count >> 1, character: 0 };
    const range = { start: position, end: { ...position, character: key % 2 } };
    const start = performance.now();
    await client.change(uri, key % 2 ? "" : "x", range);
    await client.pushed(uri, (found) => found.some(({ severity }) => severity === 1) === (key % 2 === 0));
    times.push(performance.now() - start);
  }
  await client.stop();
  const sorted = times.slice(10).sort((a, b) => a - b);
  const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
  rows.push({
    name: `keystroke to diagnostics, ${count} lines`,
    ours: `${ms(median(sorted))}, 99 %: ${ms(p99)}`,
    beside: "",
    ratio: "",
    aim: `99 % ≤ ${aim} ms`,
  });
  console.log(rows.at(-1));
}
rmSync(folder, { recursive: true });

const header = `# Bench\n\nMedians of ${rounds} runs by \`npm run bench\`, Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? "?"}. The\nserver waits 1 ms for the next keystroke before it answers; that is in its times.\n`;
const table = ["| case | smtpdlint | beside | ratio | aim |", "|---|---|---|---|---|"];
table.push(
  ...rows.map(({ name, ours, beside, ratio, aim }) => `| ${name} | ${ours} | ${beside} | ${ratio} | ${aim} |`),
);
writeFileSync(new URL("RESULTS.md", import.meta.url), `${header}\n${table.join("\n")}\n`);
