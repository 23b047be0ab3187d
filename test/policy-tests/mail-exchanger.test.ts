import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { run } from "../cli/run.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

/** A whole mail policy, its tests, and slips in it that the tests must find. */
const folder = fileURLToPath(new URL("mail-exchanger/", import.meta.url));
const read = (name: string) => readFileSync(folder + name, "utf8");
const conf = read("smtpd.conf");
const names = ["aliases", "virtuals", "forwards", "addresses"].map((name) => `fs/etc/mail/${name}`);

interface Change {
  readonly from: string;
  readonly to: string;
  /** Without a mark a test must fail. */
  readonly mark: string;
}

const changes = [...read("changes.txt").matchAll(/^- (.*)\n\+ (.*)\n(?:= (same: .+|refused)\n)?/gm)].map(
  ([, from = "", to = "", mark = ""]): Change => ({ from, to, mark }),
);

test("all of its cases hold, and reach every statement", async () => {
  const { code, stdout } = await run(["test", folder, "--coverage"]);
  expect(stdout).toMatch(/^(\d+) of \1 statements reached, 100 %\n\d+ passed\n$/);
  expect(code).toBe(0);
  expect(read("smtpd.test").match(/=>/g)?.length).toBeGreaterThanOrEqual(60);
});

describe("a slip is found", () => {
  const { file, folder: copy } = temporaryFolder("slips");
  for (const name of [...names, "smtpd.test"]) file(name, read(name));

  test("there are at least forty", () => {
    expect(changes.length).toBeGreaterThanOrEqual(40);
  });

  test.each(changes)("$from → $to", async ({ from, to, mark }) => {
    expect(conf).toContain(from);
    file("smtpd.conf", conf.replace(from, to));
    const { code, stdout } = await run(["test", copy]);
    const [pattern, expected] = mark.startsWith("same")
      ? [/^\d+ passed\n$/, 0]
      : mark === "refused"
        ? [/refuses/, 2]
        : [/failed\n$/, 1];
    expect(stdout).toMatch(pattern);
    expect(code).toBe(expected);
  });
});
