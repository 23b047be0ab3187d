import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { run } from "./run.ts";

/** One run for the /etc trees of many hosts. */
const { folder, file } = temporaryFolder("hosts");
const relay = 'listen on eth0\naction "out" relay\nmatch from any for any action "out"\n';

/** A repository of hosts, with a line more in each that is theirs. */
function repository(name: string, number: number): string {
  file(`${name}/.smtpdlintrc.json`, '{ "root": "hosts/*" }');
  file(`${name}/shared/common.conf`, "queue ttl 4x\n");
  for (let host = 1; host <= number; host++) {
    file(
      `${name}/hosts/mx${host}/etc/smtpd.conf`,
      `smtp max-message-size ${host}m\ninclude "/etc/common.conf"\n${relay}`,
    );
    symlinkSync("../../../shared/common.conf", join(folder, `${name}/hosts/mx${host}/etc/common.conf`));
  }
  return join(folder, name, "hosts");
}

describe("many hosts", () => {
  const hosts = repository("many", 30);

  test("what they have in the same lines is shown once, with the others", async () => {
    const { stdout, code } = await run([hosts]);
    expect(code).toBe(1);
    expect(stdout.match(/\[invalid-delay\]/g)).toHaveLength(1);
    expect(stdout.match(/\[open-relay\]/g)).toHaveLength(1);
    expect(stdout.match(/= also on: mx10, mx11, .* and 9 more\n/gs)).toHaveLength(1);
    expect(stdout.match(/= also on: /g)).toHaveLength(2);
    expect(stdout.trim().split("\n").at(-1)).toBe("30 errors, 30 warnings in 30 files");
  });

  test("what one has twice is shown twice", async () => {
    file("twice/.smtpdlintrc.json", '{ "root": "*" }');
    for (const host of ["a", "b"]) file(`twice/${host}/smtpd.conf`, "listen on lo prot 25\nlisten on lo prot 25\n");
    const { stdout } = await run([join(folder, "twice")]);
    expect(stdout.match(/\[misspelt-word\]/g)).toHaveLength(2);
  });

  test("are counted by rule", async () => {
    const { stdout, code } = await run(["--statistics", hosts]);
    expect([code, stdout]).toEqual([
      1,
      "    30 error   invalid-delay  30 hosts: mx1, mx10, mx11, mx12, mx13, mx14, mx15, mx16 and 22 more\n" +
        "    30 warning open-relay     30 hosts: mx1, mx10, mx11, mx12, mx13, mx14, mx15, mx16 and 22 more\n" +
        "60 findings in 30 files\n",
    ]);
    const { statistics } = JSON.parse((await run(["--statistics", "--format", "json", hosts])).stdout);
    expect(statistics).toMatchObject([
      { rule: "invalid-delay", category: "refused", severity: "error", count: 30, in: { length: 30 } },
      { rule: "open-relay", category: "security", severity: "warning", count: 30, in: { length: 30 } },
    ]);
  });

  test("a root stands for / alone: no way leads to another host, and no link out of the repository", async () => {
    file("apart/repository/.smtpdlintrc.json", '{ "root": "hosts/*" }');
    file("apart/outside.conf", "x\n");
    file("apart/repository/hosts/b/secret.conf", "x\n");
    for (const way of ["../b/secret.conf", "/../b/secret.conf", "/link.conf", "link.conf"]) {
      const path = file("apart/repository/hosts/a/smtpd.conf", `include "${way}"\nmatch reject\n`);
      if (way === "/link.conf")
        symlinkSync("../../../outside.conf", join(folder, "apart/repository/hosts/a/link.conf"));
      const { stdout } = await run(["--format", "compact", path]);
      expect(stdout.match(/\[([\w-]+)\]/g)).toEqual(["[unread-include]"]);
    }
  });

  test("--fix leaves alone what they share", async () => {
    const path = repository("fixed", 2);
    file("fixed/shared/common.conf", "listen on lo mask-source\n");
    const { stderr } = await run(["--fix", path]);
    expect(stderr).not.toContain("common.conf");
  });

  test("trace, test and diff read the same files", async () => {
    const path = join(folder, "many/hosts/mx1/etc/smtpd.conf");
    file("many/shared/common.conf", "queue ttl 4d\n");
    expect(await run(["trace", "--to", "a@example.org", path])).toMatchObject({ code: 0, stderr: "" });
    expect(await run(["diff", path, join(folder, "many/hosts/mx2/etc/smtpd.conf")])).toMatchObject({ stderr: "" });
    file("many/hosts/mx1/etc/smtpd.test", "to a@example.org => relay\n");
    expect(await run(["test", join(folder, "many/hosts/mx1/etc/smtpd.test")])).toMatchObject({ code: 0 });
  });
});

describe("--statistics", () => {
  test("of files counts files, with colours on a terminal", async () => {
    mkdirSync(join(folder, "plain"), { recursive: true });
    const path = file("plain/smtpd.conf", relay);
    expect((await run(["--statistics", path])).stdout).toBe(
      `     1 warning open-relay  1 file: ${path}\n1 finding in 1 file\n`,
    );
    expect((await run(["--statistics", "--color", "always", path])).stdout).toContain("\u001b[35mwarning\u001b[39m");
    expect((await run(["--statistics", file("plain/clean.conf", "match reject\nlisten on lo\n")])).stdout).toBe(
      "no problems in 1 file\n",
    );
  });

  test.each([
    [["--statistics", "--format", "sarif"], "--statistics has the formats pretty and json"],
    [["--statistics", "fmt"], "--statistics is an option of smtpdlint FILE"],
  ])("%j is wrong usage", async (argv, message) => {
    expect(await run([...argv, "x.conf"])).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});
