import { chmodSync, readFileSync, statSync } from "node:fs";
import { expect, test } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { run } from "./run.ts";

const { file } = temporaryFolder("suppress-all");
const relay = 'listen on eth0\naction "out" relay\nmatch from any for any action "out"\n';
const commented = relay.replace("match", "# smtpdlint-disable-next-line open-relay -- baseline\nmatch");

test("an existing file passes from now on, and what is new is found", async () => {
  const path = file("a/smtpd.conf", relay);
  chmodSync(path, 0o640);
  expect(await run(["--suppress-all", path])).toMatchObject({
    code: 0,
    stdout: "no problems in 1 file\n",
    stderr: `${path}: suppressed: 1 finding [open-relay]\n`,
  });
  expect(readFileSync(path, "utf8")).toBe(commented);
  expect(statSync(path).mode & 0o777).toBe(0o640);
  expect(await run(["--suppress-all", path])).toMatchObject({ code: 0, stderr: "" });
  expect(readFileSync(path, "utf8")).toBe(commented);
  file("a/smtpd.conf", `${commented}match from any for domain "x" reject\n`);
  expect((await run([path])).stdout).toContain("[unreachable-match]");
  // A finding that is gone leaves a comment that says so.
  file("a/smtpd.conf", commented.replace("from any for any", "from any auth for any"));
  expect((await run([path])).stdout).toContain("[unused-suppression]");
});

test("standard input goes to standard output, findings to standard error", async () => {
  const { stdout, stderr } = await run(["--suppress-all", "-"], { stdin: relay });
  expect(stdout).toBe(commented);
  expect(stderr).toContain("no problems in 1 file");
});

test("shows with --quiet and --hints decide what is suppressed", async () => {
  const text = `${relay}table unused { a }\n`;
  const path = file("b/smtpd.conf", text);
  await run(["--suppress-all", "--quiet", path]);
  expect(readFileSync(path, "utf8")).not.toContain("unused-table");
  await run(["--suppress-all", path]);
  expect(readFileSync(path, "utf8")).toContain("disable-next-line unused-table");
});

test("is not for other commands, nor together with fixes", async () => {
  const path = file("c/smtpd.conf", relay);
  for (const argv of [["--fix"], ["--fix-dry-run"], ["--watch"]]) {
    expect(await run([...argv, "--suppress-all", path])).toMatchObject({ code: 2 });
  }
  expect(await run(["fmt", "--suppress-all", path])).toMatchObject({ code: 2 });
  expect(readFileSync(path, "utf8")).toBe(relay);
});
