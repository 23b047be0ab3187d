import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { recipeNames } from "../../packages/cli/src/options.ts";
import { recipes } from "../helpers/recipes.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { run } from "./run.ts";

const { folder } = temporaryFolder("init-recipe");
const own = ["--domain", "acme.test", "--hostname", "post.acme.test", "--server", "out.isp.test", "--account", "carol"];

test("each recipe can be named, and is there", () => {
  expect(Object.keys(recipes).sort()).toEqual([...recipeNames].sort());
});

describe.each(recipeNames)("init %s", (name) => {
  test.each([
    { case: "as it is", options: [] },
    { case: "with other names", options: own },
    { case: "with another domain", options: ["--domain", "sub.acme.test"] },
  ])("writes files that are in order: $case", async ({ case: title, options }) => {
    const target = join(folder, name, title);
    const { code, stdout, stderr } = await run(["init", name, target, ...options]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const paths = Object.keys(recipes[name] ?? {});
    expect(stdout.match(/^wrote /gm)?.length).toBe(paths.length);
    const text = paths.map((path) => readFileSync(join(target, path), "utf8")).join("\n");
    if (options === own) expect(text).not.toMatch(/example\.(?:org|net)|alice|dc=example/);
    if (options.length === 0) expect(stdout).toContain("--domain    in place of example.org");
    else expect(stdout).not.toContain("--domain");
    for (const release of ["6.8", "7.8"]) {
      const argv = ["--no-config", "--hints", "--target", release, "--root", target, join(target, "smtpd.conf")];
      expect((await run(argv)).stdout).toBe("no problems in 1 file\n");
    }
    const tests = await run(["test", "--no-config", target]);
    expect(tests.stdout).toMatch(/^\d+ passed\n$/);
    expect(tests.code).toBe(0);
  });

  test("has a proof in its tests that it is no open relay", () => {
    expect(recipes[name]?.["smtpd.test"]).toMatch(/^from outside to any-other-domain +=> never relay$/m);
    expect(recipes[name]?.["smtpd.test"]).toMatch(/^target \{ 6\.8, 7\.8 \}$/m);
  });
});

test("never overwrites, and then writes nothing", async () => {
  const target = join(folder, "there");
  mkdirSync(target);
  writeFileSync(join(target, "smtpd.test"), "mine");
  const { code, stdout, stderr } = await run(["init", "mx", target]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toBe(`smtpdlint: ${target}/smtpd.test: exists already, so nothing is written\n`);
  expect(readFileSync(join(target, "smtpd.test"), "utf8")).toBe("mine");
  expect(existsSync(join(target, "smtpd.conf"))).toBe(false);
});

test("takes back what it wrote if the rest cannot be written", async () => {
  const target = join(folder, "half");
  mkdirSync(target);
  // A file where a folder has to be.
  writeFileSync(join(target, "etc"), "");
  const { code, stderr } = await run(["init", "mx", target]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/etc\/mail\/aliases: /);
  expect(readdirSync(target)).toEqual(["etc"]);
});

test.each([
  ["forwarder", ["--domain", "acme.test", "--hostname", "acme.test"], "from local to root"],
  ["mx", ["--account", "unknown"], "to unknown@example.org"],
  ["virtual-ldap", ["--domain", "elsewhere.example"], "to someone@elsewhere.example"],
] as const)("writes nothing where a test of %s fails with %j", async (name, options, failing) => {
  const target = join(folder, "failing", name);
  const { code, stdout, stderr } = await run(["init", name, target, ...options]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain("the recipe does not work with these names, so nothing is written; ");
  expect(stderr).toContain(`: ${failing} (6.8)\n  expected `);
  expect(existsSync(join(folder, "failing"))).toBe(false);
});

test("keeps secrets to their owner, and makes a key that nobody else has", async () => {
  const keys = [];
  for (const name of ["one", "two"]) {
    const target = join(folder, "keys", name);
    await run(["init", "forwarder", target]);
    expect(statSync(join(target, "smtpd.conf")).mode & 0o077).toBe(0);
    keys.push(/^srs key "([0-9a-f]{32})"$/m.exec(readFileSync(join(target, "smtpd.conf"), "utf8"))?.[1]);
  }
  expect(keys[0]).toBeDefined();
  expect(keys[0]).not.toBe(keys[1]);
  await run(["init", "relay", join(folder, "keys", "relay")]);
  expect(statSync(join(folder, "keys", "relay", "etc/mail/secrets")).mode & 0o077).toBe(0);
});

test.each([
  [["mxx"], /there is no recipe mxx; did you mean mx\?/],
  [["something-else"], /there is no recipe something-else; known are mx, submission, /],
  [["mx", "--domain", 'a" b'], /--domain needs a name such as mail\.example\.org, not a" b/],
  [["mx", "--hostname", "localhost"], /--hostname needs a name such as/],
  [["mx", "--account=-x; y"], /--account needs the account of a person, such as alice, not -x; y/],
  [["mx", "--account", "root"], /--account needs the account of a person, such as alice, not root/],
  [["--domain", "acme.test"], /--domain needs a recipe: init RECIPE/],
  [["--tests", "smtpd.conf", "--server", "a.b"], /--server needs a recipe: init RECIPE/],
  [["mx", "a", "b"], /init has too many arguments/],
])("says what is wrong with %j", async (argv, message) => {
  const { code, stderr } = await run(["init", ...argv]);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});
