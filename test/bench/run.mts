import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath, pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { largeTexts } from "../helpers/large.ts";
import { Client } from "../server/client.ts";
import { memoryAfterEdits, servedTime, timeRequests } from "./requests.mts";
import * as texts from "./texts.mts";

/**
 * `npm run bench`: times whole processes beside a reference in the same run,
 * prints medians and ratios, and writes them to RESULTS.md. Times depend on
 * the machine; ratios say more.
 */
const root = fileURLToPath(new URL("../../", import.meta.url));
const lint = join(root, "packages/cli/dist/smtpdlint.cjs");
const server = [join(root, "packages/server/dist/server.js"), "--stdio"];
const smtpd = "/usr/sbin/smtpd";
const folder = mkdtempSync(join(tmpdir(), "smtpdlint-bench-"));
const rounds = 5;
const keystrokes = 300;
/** Nobody types earlier after opening a file; the server uses the time to warm up. */
const firstLook = 1000;

interface Row {
  readonly name: string;
  readonly ours: string;
  readonly beside: string;
  readonly ratio: string;
  /** Times the time of a tenth of the input. */
  readonly growth: string;
  readonly aim: string;
}
const rows: Row[] = [];

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const ms = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;

function time(command: string, argv: readonly string[], env: NodeJS.ProcessEnv = {}): number {
  const start = performance.now();
  spawnSync(command, argv, { stdio: "ignore", env: { ...process.env, ...env } });
  return performance.now() - start;
}

/** The most memory that a run takes, in MB. */
function memory(argv: readonly string[]): number {
  const report = "process.on('exit', () => process.stderr.write(String(process.resourceUsage().maxRSS)))";
  const file = join(folder, "report.cjs");
  writeFileSync(file, report);
  const { stderr } = spawnSync(process.execPath, ["--require", file, ...argv], {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  });
  return Number(stderr) / 1024;
}

function add(row: Partial<Row> & Pick<Row, "name" | "ours" | "aim">): void {
  const whole = { beside: "", ratio: "", growth: "", ...row };
  rows.push(whole);
  console.log(whole);
}

/**
 * Runs both in turn, so that a busy moment of the machine is shared. Returns
 * the median of ours; `tenth` is that of a tenth of the input.
 */
function compare(
  name: string,
  aim: string,
  ours: () => number,
  beside: string,
  theirs: (() => number) | undefined,
  tenth?: number,
): number {
  const [own, other]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    own.push(ours());
    if (theirs) other.push(theirs());
  }
  const [a, b] = [median(own), median(other)];
  add({
    name,
    ours: ms(a),
    beside: theirs ? `${beside} ${ms(b)}` : "",
    ratio: theirs ? `${(a / b).toFixed(2)} ×` : "",
    growth: tenth === undefined ? "" : `${(a / tenth).toFixed(1)} ×`,
    aim,
  });
  return a;
}

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
// What is compiled is kept here from run to run, as it is in a user's home.
process.env.XDG_CACHE_HOME = folder;
delete process.env.NODE_DISABLE_COMPILE_CACHE;
const argvFor = (path: string) => [lint, "--quiet", "--root", folder, path];
const check = (path: string) => () => time(process.execPath, argvFor(path));
const node = () => time(process.execPath, ["-e", "0"]);
const oracle = (path: string) => (existsSync(smtpd) ? () => time(smtpd, ["-n", "-f", path]) : undefined);

const small = file("small.conf", texts.small);
const never = { NODE_DISABLE_COMPILE_CACHE: "1" };
compare("first start, 40 lines", "", () => time(process.execPath, argvFor(small), never), "node -e 0", node);
check(small)();
compare("cold start, 40 lines", "≤ 1.5 ×", check(small), "node -e 0", node);
compare("the same", "stated", check(small), "smtpd -n", oracle(small));
const question = ["--to", "joe@example.org", "--user", "joe"];
compare(
  "trace of a message, 40 lines",
  "≤ 1.5 ×",
  () => time(process.execPath, [lint, "trace", "--root", folder, small, ...question]),
  "lint",
  check(small),
);
{
  file("tests.conf", `listen on 192.0.2.1\n${texts.rulesWithDomains(100)}`);
  let tenth: number | undefined;
  for (const count of [1000, 10_000]) {
    const line = (n: number) => `from 203.0.113.5 to joe@d${n % 100}.example.org => accept\n`;
    const lines = Array.from({ length: count }, (_, n) => line(n)).join("");
    const path = file(`tests-${count}.smtpd.test`, `config tests.conf\nusers { joe }\n${lines}`);
    const run = () => time(process.execPath, [lint, "test", path]);
    const aim = count > 1000 ? "≤ 1 s" : "";
    tenth = compare(`${count} policy tests against 100 rules`, aim, run, "node -e 0", node, tenth);
  }
  const drawn = file("drawn.conf", `listen on 192.0.2.1\n${texts.rulesWithDomains(1000)}`);
  compare("graph of 1000 rules", "≤ 1 s", () => time(process.execPath, [lint, "graph", drawn]), "lint", check(drawn));
}
for (const [what, text] of [
  ["a domain each", texts.rulesWithDomains],
  ["one table and a sender each", texts.rulesWithTable],
  ["one table, all idle but one", texts.equalRules],
] as const) {
  let tenth: number | undefined;
  for (const count of [10_000, 100_000]) {
    const path = file(`rules-${count}.conf`, text(count));
    const aim = count > 10_000 ? "≤ 3 ×" : "";
    tenth = compare(`${count} rules, ${what}`, aim, check(path), "smtpd -n", oracle(path), tenth);
  }
}
let tenthOfMacros: number | undefined;
for (const count of [1000, 10_000, 20_000]) {
  const path = file(`macros-${count}.conf`, texts.macros(count));
  const tenth = count === 10_000 ? tenthOfMacros : undefined;
  const aim = count > 1000 ? "faster" : "";
  tenthOfMacros = compare(`${count} macros`, aim, check(path), "smtpd -n", oracle(path), tenth);
}
for (const [name, aim, shuffle] of [
  ["sorted", "≤ 3 ×", false],
  ["shuffled", "faster", true],
] as const) {
  let tenth: number | undefined;
  for (const count of [100_000, 1_000_000]) {
    const table = file(`table-${name}`, texts.table(count, shuffle));
    // With --root our copy, for smtpd the same place.
    const ours = file(`${name}.conf`, `table t file:/table-${name}\nmatch from any for domain <t> reject\n`);
    const theirs = file(`${name}-smtpd.conf`, `table t file:${table}\nmatch from any for domain <t> reject\n`);
    const title = `a table of ${count} entries, ${name}`;
    tenth = compare(title, count > 100_000 ? aim : "", check(ours), "smtpd -n", oracle(theirs), tenth);
  }
}

const one = file("one.conf", texts.lines(100));
let tenthOfFiles: number | undefined;
for (const count of [100, 1000]) {
  const many = join(folder, `${count}-files`);
  mkdirSync(many);
  for (let index = 0; index < count; index++) writeFileSync(join(many, `${index}.smtpd.conf`), texts.lines(100));
  const aim = count > 100 ? "linear" : "";
  tenthOfFiles = compare(`${count} files of 100 lines`, aim, check(many), "one of them", check(one), tenthOfFiles);
  add({ name: "the same", ours: `${Math.round(memory(argvFor(many)))} MB at most`, aim: count > 100 ? "flat" : "" });
}

/** Findings that are many, or stand in a long line: beside one that has none. */
for (const [name, text] of [
  ["20000 findings in a line of 160 kB", texts.longLine(20_000)],
  ["a million findings", texts.repeated(1_000_000)],
] as const) {
  const path = file("findings.conf", text);
  for (const format of ["github", "sarif", "json"]) {
    const argv = [lint, "--format", format, path];
    compare(`${name}, ${format}`, "≤ 3 s", () => time(process.execPath, argv), "node -e 0", node);
    add({ name: "the same", ours: `${Math.round(memory(argv))} MB at most`, aim: "≤ 500 MB" });
  }
}

/** One process, warm: the time that remains when nothing has to be loaded. */
const [{ analyse, fix }, { blindHost }, { formatText }] = await Promise.all([
  import("@smtpdlint/lint"),
  import("@smtpdlint/model"),
  import("@smtpdlint/format"),
]);
setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;
let tenthOfLines: number | undefined;
for (const count of [1000, 10_000, 100_000]) {
  const text = texts.lines(count);
  const times: number[] = [];
  let bytes = 0;
  for (let round = 0; round < rounds; round++) {
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    const start = performance.now();
    const analysis = analyse("smtpd.conf", text, blindHost);
    times.push(performance.now() - start);
    collectGarbage();
    // The analysis of the round before may live until this one takes its place.
    bytes = Math.max(bytes, process.memoryUsage().heapUsed - before);
    if (analysis.diagnostics.some(({ category }) => category === "internal")) throw new Error("a rule failed");
  }
  const typical = median(times);
  add({
    name: `analysis alone, ${count} lines`,
    ours: `${Math.round((count / typical) * 1000)} lines a second, ${Math.round(bytes / count)} bytes a line`,
    growth: tenthOfLines === undefined ? "" : `${(typical / tenthOfLines).toFixed(1)} ×`,
    aim: "stated",
  });
  tenthOfLines = typical;
}

const { outsideEnvironment, Smtpd, traceMessage } = await import("@smtpdlint/policy");
{
  const text = `listen on 192.0.2.1\n${texts.rulesWithDomains(1000)}`;
  const { policy } = analyse("smtpd.conf", text, blindHost);
  const smtpd = new Smtpd(policy, { ...outsideEnvironment, hostName: "mx.example.org", user: () => "present" });
  const [point] = policy.entryPoints;
  if (!point) throw new Error("no listener");
  const connection = {
    listener: smtpd.listener(point, "192.0.2.1", 25),
    src: "203.0.113.25",
    client: { name: "mail.sender.example", confirmed: "pass" },
  } as const;
  const common = { connection, usesTls: true, user: undefined, helo: "x.example", mailFrom: "a@b.example" };
  const took = spent(() => {
    for (let number = 0; number < 10_000; number++) {
      const rcptTo = [`joe@d${number % 1000}.example.org`];
      traceMessage(smtpd, { ...common, rcptTo, message: "Subject: x\n\nx\n" });
    }
  });
  add({ name: "10000 messages through 1000 rules", ours: ms(took), aim: "≤ 1 s" });
}

/** What is hard on somebody: beside ordinary text of the same length, and ten times as much of it. */
const ordinary = median(
  Array.from({ length: rounds }, () => spent(() => analyse("smtpd.conf", texts.lines(3500), blindHost))),
);
let worst: { name: string; ratio: number; took: number } = { name: "", ratio: 0, took: 0 };
for (const [name, text] of largeTexts) {
  const took = spent(() => analyse("smtpd.conf", text, blindHost));
  const ratio = took / ordinary;
  if (ratio > worst.ratio) worst = { name, ratio, took };
}
add({
  name: `the hardest of ${largeTexts.length} texts of 100 kB: ${JSON.stringify(worst.name)}`,
  ours: ms(worst.took),
  beside: `ordinary text ${ms(ordinary)}`,
  ratio: `${worst.ratio.toFixed(1)} ×`,
  aim: "≤ 30 ×",
});
for (const [name, text] of [
  ["formatting", (count: number) => texts.untidy(count)],
  ["fixing a mistake in each line", (count: number) => `${"listen on lo mask-source\n".repeat(count)}match reject\n`],
] as const) {
  const work = (count: number) =>
    name === "formatting" ? formatText("smtpd.conf", text(count)) : fix("smtpd.conf", text(count), blindHost);
  const tenth = spent(() => work(2000));
  const whole = spent(() => work(20_000));
  add({ name: `${name}, 20000 lines`, ours: ms(whole), growth: `${(whole / tenth).toFixed(1)} ×`, aim: "≤ 11 ×" });
}

function spent(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** How long the answers to keys take that are typed so long after opening a file. */
async function typing(count: number, wait: number): Promise<number[]> {
  const client = await Client.start(server);
  const uri = pathToFileURL(join(folder, `typed-${count}.conf`)).href;
  await client.open(uri, texts.lines(count));
  await client.pushed(uri, () => true);
  await new Promise((resolve) => setTimeout(resolve, wait));
  const times: number[] = [];
  for (let key = 0; key < keystrokes; key++) {
    // Each keystroke makes a finding come or go, so that the answer can be told from an older one.
    const position = { line: count >> 1, character: 0 };
    const range = { start: position, end: { ...position, character: key % 2 } };
    const start = servedTime(client);
    await client.change(uri, key % 2 ? "" : "x", range);
    await client.pushed(uri, (found) => found.some(({ severity }) => severity === 1) === (key % 2 === 0));
    times.push(servedTime(client) - start);
  }
  await client.stop();
  return times;
}
// The client has to be warm, which is none of the server's business.
await typing(100, 0);
for (const [count, wait, aim] of [
  [100, firstLook, "99 % ≤ 5 ms"],
  [100, 0, ""],
  [1000, firstLook, "99 % ≤ 16 ms"],
  [1000, 0, ""],
  [10_000, firstLook, "99 % ≤ 100 ms"],
  [10_000, 0, ""],
] as const) {
  const times = await typing(count, wait);
  const p99 = times.toSorted((a, b) => a - b)[Math.ceil(times.length * 0.99) - 1] ?? Number.NaN;
  add({
    name: wait ? `keystroke to diagnostics, ${count} lines` : "the same, typed at once",
    ours: `${ms(median(times))}, 99 %: ${ms(p99)}`,
    aim,
  });
}

/** How long a key takes in one of many open documents, and a code action in a long one. */
async function withOpenDocuments(count: number): Promise<number> {
  const client = await Client.start(server);
  const name = (number: number) => pathToFileURL(join(folder, `open-${number}.conf`)).href;
  for (let number = 0; number < count; number++) await client.open(name(number), texts.lines(100));
  const uri = name(0);
  await client.pushed(uri, () => true);
  const times: number[] = [];
  for (let key = 0; key < 60; key++) {
    const position = { line: 50, character: 0 };
    const start = performance.now();
    await client.change(uri, key % 2 ? "" : "x", { start: position, end: { ...position, character: key % 2 } });
    await client.pushed(uri, (found) => found.some(({ severity }) => severity === 1) === (key % 2 === 0));
    times.push(performance.now() - start);
  }
  await client.stop();
  return median(times);
}
const alone = await withOpenDocuments(1);
const among = await withOpenDocuments(300);
add({
  name: "keystroke beside 300 open documents",
  ours: ms(among),
  beside: `one document ${ms(alone)}`,
  ratio: `${(among / alone).toFixed(2)} ×`,
  aim: "≤ 2 ×",
});

async function codeActions(count: number): Promise<number> {
  const client = await Client.start(server);
  const uri = pathToFileURL(join(folder, `actions-${count}.conf`)).href;
  await client.open(uri, `${texts.lines(count)}listen on lo mask-source\n`);
  await client.pushed(uri, () => true);
  const position = { line: count, character: 14 };
  const params = { textDocument: { uri }, range: { start: position, end: position }, context: { diagnostics: [] } };
  const times: number[] = [];
  for (let turn = 0; turn < 40; turn++) {
    const start = performance.now();
    await client.connection.sendRequest("textDocument/codeAction", params);
    times.push(performance.now() - start);
  }
  await client.stop();
  return median(times);
}
const tenthOfActions = await codeActions(1000);
const ofActions = await codeActions(10_000);
add({
  name: "code action, 10000 lines",
  ours: ms(ofActions),
  growth: `${(ofActions / tenthOfActions).toFixed(1)} ×`,
  aim: "≤ 50 ms",
});

/** What editors ask while somebody types, of a text that has been looked at, and right after a key. */
const tenths = new Map<string, number>();
/** The answer waits until all mistakes are found, as what is published does. */
const findsMistakes = new Set(["textDocument/codeAction", "textDocument/diagnostic"]);
/** What nobody asks for with each key. */
const onRequest = new Set(["textDocument/rename", "textDocument/formatting"]);
for (const [count, samples, most, mostWithMistakes] of [
  [1000, 100, 16, 16],
  [10_000, 100, 50, 100],
] as const) {
  for (const { method, idle, typed } of await timeRequests(server, count, samples)) {
    const shown = (times: readonly number[]) => {
      return `${ms(median(times))}, 99 %: ${ms(times[Math.ceil(times.length * 0.99) - 1] ?? Number.NaN)}`;
    };
    const tenth = tenths.get(method);
    const typical = median(typed);
    tenths.set(method, typical);
    const limit = findsMistakes.has(method) ? mostWithMistakes : most;
    add({
      name: `${method}, ${count} lines`,
      ours: `${shown(typed)} after a key`,
      beside: `idle ${shown(idle)}`,
      ratio: `${(typical / median(idle)).toFixed(1)} ×`,
      growth: tenth === undefined ? "" : `${(typical / tenth).toFixed(1)} ×`,
      aim: onRequest.has(method) ? "stated" : `99 % ≤ ${limit} ms`,
    });
  }
}

/** Memory after each so many edits of documents that stay open, of which all is asked. */
const [openCount, editsInAll] = [1000, 100_000];
const kept = await memoryAfterEdits(server, openCount, editsInAll);
add({
  name: `${openCount} open documents, ${editsInAll} edits`,
  ours: kept.map((megabytes) => `${Math.round(megabytes)} MB`).join(", "),
  beside: "after each quarter",
  ratio: `${((kept.at(-1) ?? Number.NaN) / (kept[1] ?? Number.NaN)).toFixed(2)} ×`,
  aim: "flat",
});
rmSync(folder, { recursive: true });

const header = `# Bench\n\nMedians of ${rounds} runs by \`npm run bench\`, Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? "?"}. Growth\nis the time in times of that for a tenth of the input. A first start is one without anything that V8 compiled in an earlier one.\nKeys are typed without a pause, the first one a second after the file was opened; the time in which the server\nwaited for a processor, and that in which the client reads an answer that has come, do not count.\n`;
const table = ["| case | smtpdlint | beside | ratio | growth | aim |", "|---|---|---|---|---|---|"];
table.push(
  ...rows.map(
    ({ name, ours, beside, ratio, growth, aim }) => `| ${name} | ${ours} | ${beside} | ${ratio} | ${growth} | ${aim} |`,
  ),
);
writeFileSync(new URL("RESULTS.md", import.meta.url), `${header}\n${table.join("\n")}\n`);
