import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { parseArguments } from "../../packages/cli/src/args.ts";
import { formats } from "../../packages/cli/src/reporters/index.ts";
import { startBundle } from "../helpers/bundle.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { run } from "./run.ts";

/** What is offered to CI systems, run as they do. */
const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const { version } = JSON.parse(read("packages/cli/package.json")) as { version: string };
const bundle = join(root, "packages/cli/dist/smtpdlint.cjs");

const { folder } = temporaryFolder("ci");
const bad = "listen on lo prot 25\nmatch reject\n";
/** Accepted by smtpd, without an error, and open to the world. */
const relay = "listen on eth0\naction out relay\nmatch from any for any action out\n";

describe("the GitHub action", () => {
  const action = parse(read("action.yml"));
  const [lint, upload, diff, end] = action.runs.steps;
  const output = join(folder, "output");
  beforeEach(() => writeFileSync(output, ""));

  /** The step that lints, with inputs as the runner hands them over. */
  function start(inputs: Readonly<Record<string, string>>) {
    const value = (name: string) => inputs[name] ?? action.inputs[name].default;
    const env = Object.fromEntries(
      Object.entries<string>(lint.env).map(([name, text]) => [
        name,
        text.replace(/\$\{\{ inputs\.(\w+) \}\}/g, (_, key) => value(key)),
      ]),
    );
    expect(env.SMTPDLINT).toBe(`npx --yes smtpdlint@${version}`);
    const result = spawnSync("bash", ["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", lint.run], {
      cwd: folder,
      env: { ...process.env, ...env, SMTPDLINT: `${process.execPath} ${bundle}`, GITHUB_OUTPUT: output },
      encoding: "utf8",
    });
    expect(result.status).toBe(0);
    return { stdout: result.stdout, stderr: result.stderr, code: readFileSync(output, "utf8").trim() };
  }

  test("annotates, and hands the exit code on", () => {
    writeFileSync(join(folder, "smtpd.conf"), bad);
    const { stdout, code } = start({});
    expect(stdout).toMatch(/^::error file=smtpd\.conf,line=1,.*misspelt-word/m);
    expect(code).toBe("exit-code=1");
    const last = (CODE: string, DIFF_CODE: string) =>
      spawnSync("bash", ["-c", end.run], { env: { ...process.env, CODE, DIFF_CODE } }).status;
    expect([last("1", "0"), last("0", "0"), last("0", "1"), last("2", "1")]).toEqual([1, 0, 1, 2]);
  });

  test("fails on an open relay", () => {
    writeFileSync(join(folder, "smtpd.conf"), relay);
    const { stdout, code } = start({});
    expect(stdout).toMatch(/^::warning file=smtpd\.conf,line=3,.*open relay/m);
    expect(code).toBe("exit-code=1");
  });

  test("writes SARIF when asked, and takes options", () => {
    writeFileSync(join(folder, "smtpd.conf"), bad);
    const { stdout, code } = start({
      sarif: "out.sarif",
      annotations: "false",
      args: "--rule misspelt-word=off",
      files: "smtpd.conf",
    });
    expect(stdout).toContain("1 file");
    expect(stdout).not.toContain("::error");
    expect(code).toBe("exit-code=0");
    expect(JSON.parse(readFileSync(join(folder, "out.sarif"), "utf8")).version).toBe("2.1.0");
    expect(upload.with.sarif_file).toContain("inputs.sarif");
  });

  test("comments what a pull request does to mail, once", () => {
    const { folder: own, file: put } = temporaryFolder("ci-diff");
    const git = (...args: string[]) => {
      const who = ["-c", "user.name=x", "-c", "user.email=x@example.org"];
      const { status, stdout } = spawnSync("git", ["-C", own, ...who, ...args], { encoding: "utf8" });
      expect(status).toBe(0);
      return stdout.trim();
    };
    const path = put("mail/smtpd.conf", relay.replace("from any", "from local"));
    git("init", "--quiet");
    git("add", ".");
    git("commit", "--quiet", "--message", "before");
    const BASE = git("rev-parse", "HEAD");
    writeFileSync(path, relay);
    put("new/smtpd.conf", relay);
    git("add", ".");
    // Keeps what it is told, and knows a comment if there is one.
    put(
      "bin/gh",
      '#!/bin/sh\necho "$@" >> calls\nfor last; do :; done\ncase $last in body=@*) cp "$(echo "$last" | cut -c 7-)" comment;; esac\ncase $* in *--jq*) cat known;; esac\n',
    );
    chmodSync(join(own, "bin/gh"), 0o755);
    const start = (known: string) => {
      put("known", known);
      put("output", "");
      const result = spawnSync("bash", ["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", diff.run], {
        cwd: own,
        env: {
          ...process.env,
          PATH: `${join(own, "bin")}:${process.env.PATH}`,
          SMTPDLINT: `${process.execPath} ${bundle}`,
          GITHUB_OUTPUT: join(own, "output"),
          FILES: ".",
          ARGS: "--fail-on new-relay",
          BASE,
          COMMENTS: "repos/o/r/issues/7/comments",
        },
        encoding: "utf8",
      });
      expect([result.status, result.stderr]).toEqual([0, ""]);
      expect(result.stdout).toMatch(/^::error file=mail\/smtpd\.conf,line=3,title=NEWLY RELAYED FOR OUTSIDERS::/m);
      expect(readFileSync(join(own, "output"), "utf8")).toBe("exit-code=1\n");
      expect(readFileSync(join(own, "comment"), "utf8")).toMatch(/^<!-- smtpdlint diff -->\n### Mail policy/);
      return readFileSync(join(own, "calls"), "utf8").trim().split("\n").at(-1);
    };
    expect(start("")).toContain("--method POST repos/o/r/issues/7/comments ");
    expect(start("42\n")).toContain("--method PATCH repos/o/r/issues/comments/42 ");
  });

  test("runs no command that an input smuggles in", () => {
    writeFileSync(join(folder, "smtpd.conf"), "match reject\n");
    const { code, stderr } = start({ files: "smtpd.conf $(touch smuggled) ; touch smuggled" });
    expect(stderr).toContain("$(touch: no such file");
    expect(code).toBe("exit-code=2");
    expect(spawnSync("ls", [folder], { encoding: "utf8" }).stdout).not.toContain("smuggled");
  });
});

test("the pre-commit hooks run the program of this version on smtpd.conf", () => {
  const hooks = parse(read(".pre-commit-hooks.yaml")) as { id: string; entry: string; files: string }[];
  expect(hooks.map(({ id }) => id)).toEqual(["smtpdlint", "smtpdlint-fmt"]);
  for (const { entry, files } of hooks) {
    expect(entry).toContain(`npx --yes smtpdlint@${version}`);
    for (const path of ["smtpd.conf", "a/b/smtpd.conf", "old.smtpd.conf"]) expect(path).toMatch(new RegExp(files));
    for (const path of ["xsmtpd.conf", "smtpd.conf.j2"]) expect(path).not.toMatch(new RegExp(files));
  }
});

test("the problem matcher reads the compact format", async () => {
  const { problemMatcher } = JSON.parse(read("packages/cli/docs/problem-matcher.json"));
  const { regexp, ...groups } = problemMatcher[0].pattern[0];
  mkdirSync(join(folder, "a b"), { recursive: true });
  const path = join(folder, "a b/smtpd.conf");
  writeFileSync(path, bad);
  const { stdout } = await run([path, "--format", "compact"]);
  const match = new RegExp(regexp).exec(stdout.split("\n")[0] ?? "") ?? [];
  const found = Object.fromEntries(Object.entries<number>(groups).map(([name, index]) => [name, match[index]]));
  expect(found).toEqual({
    file: path,
    line: "1",
    column: "14",
    severity: "error",
    message: "unknown word 'prot'; did you mean 'port'?",
    code: "misspelt-word",
  });
});

describe("the examples for CI", () => {
  const page = read("packages/cli/docs/ci.md");
  const blocks = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(([, language = "", text = ""]) => ({
    language,
    text,
  }));

  test.each(blocks.filter(({ language }) => language === "yaml"))("$text", ({ text }) => {
    for (const document of parseAllDocuments(text)) expect(document.errors).toEqual([]);
  });

  const commands = [
    ...page.matchAll(/(?:npx --yes smtpdlint@(\S+)|(?<![\w/.-])smtpdlint)((?: (?:--?[\w-]+|[\w%$./{}-]+))+)/g),
  ]
    .map(([text, named, words = ""]) => ({ text, named, argv: words.trim().split(" ") }))
    .filter(({ argv }) => argv[0]?.startsWith("-") || /smtpd\.conf|%s/.test(argv.join(" ")));
  test("are many", () => expect(commands.length).toBeGreaterThan(7));
  test.each(commands)("the options exist: $text", ({ argv, named }) => {
    expect(() => parseArguments(argv)).not.toThrow();
    if (named !== undefined) expect(named).toBe(version);
  });

  test("the inputs of the action are those that it has", () => {
    const { inputs } = parse(read("action.yml"));
    const workflow = blocks.find(({ text }) => text.includes("uses: smtpdlint/smtpdlint"))?.text ?? "";
    const used = parse(workflow).jobs.smtpd.steps[1].with;
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(used)));
  });

  test("the git hook checks what is staged", () => {
    const hook = blocks.find(({ text }) => text.startsWith("#!/bin/sh"))?.text ?? "";
    const repository = join(folder, "repository");
    const bin = join(folder, "bin");
    for (const path of [repository, bin]) mkdirSync(path);
    writeFileSync(join(bin, "smtpdlint"), `#!/bin/sh\nexec "${process.execPath}" "${bundle}" "$@"\n`, { mode: 0o755 });
    const git = (...argv: readonly string[]) =>
      spawnSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.org", ...argv], {
        cwd: repository,
        env: { ...process.env, PATH: `${bin}:${process.env.PATH}` },
        encoding: "utf8",
      });
    git("init", "--quiet");
    writeFileSync(join(repository, ".git/hooks/pre-commit"), hook, { mode: 0o755 });
    writeFileSync(join(repository, "smtpd.conf"), bad);
    git("add", ".");
    const refused = git("commit", "-m", "x");
    expect(refused.status).not.toBe(0);
    expect(refused.stdout + refused.stderr).toContain("misspelt-word");
    writeFileSync(join(repository, "smtpd.conf"), relay);
    git("add", ".");
    // What lies in the work tree is not what is committed.
    writeFileSync(join(repository, "smtpd.conf"), "listen on lo port 25\nmatch reject\n");
    expect(git("commit", "-m", "x")).toMatchObject({ status: 1, stderr: expect.stringContaining("open relay") });
    writeFileSync(join(repository, "smtpd.conf"), "listen on lo port 25\nmatch reject\n");
    git("add", ".");
    expect(git("commit", "-m", "x").status).toBe(0);
  });
});

test("who reads a line that needs a release is told, until there is one", () => {
  const pages = spawnSync(
    "git",
    ["grep", "-lE", "npx --yes smtpdlint@|uses: smtpdlint/", "--", "docs", "packages/*/docs/*"],
    {
      cwd: root,
      encoding: "utf8",
    },
  );
  const names = pages.stdout.trim().split("\n");
  expect(names.length).toBeGreaterThan(1);
  if (!/published yet/.test(read("README.md"))) return;
  for (const name of names) expect(read(name)).toContain("work from version 0.1.0 on");
});

describe("what must not pass stops every gate", () => {
  const page = read("packages/cli/docs/ci.md");
  const bin = join(folder, "gates/bin");
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  const start = (command: string, cwd: string) => spawnSync("sh", ["-c", command], { cwd, env, encoding: "utf8" });
  const path = join(folder, "gates/smtpd.conf");
  beforeEach(() => {
    mkdirSync(bin, { recursive: true });
    for (const name of ["smtpdlint", "npx"]) {
      // npx is asked for this version of the program, which is the one that was built.
      const words = name === "npx" ? "shift 2; " : "";
      writeFileSync(join(bin, name), `#!/bin/sh\n${words}exec "${process.execPath}" "${bundle}" "$@"\n`, {
        mode: 0o755,
      });
    }
    writeFileSync(path, relay);
    writeFileSync(join(folder, "gates/.smtpdlintrc.json"), "{}");
  });

  test("Ansible's validate", () => {
    const [, validate = ""] = /validate: (.*)/.exec(page) ?? [];
    const command = validate.replace("/etc/mail/", `${folder}/gates/`).replace("%s", path);
    const { status, stdout } = start(command, folder);
    expect([status, stdout]).toEqual([1, expect.stringContaining("open relay")]);
    writeFileSync(path, "listen on lo\nmatch from any for any reject\n");
    expect(start(command, folder).status).toBe(0);
  });

  test("Puppet's validate_cmd, and the stage of a Docker build that checks", () => {
    const [, validate = ""] = /validate_cmd => '\/usr\/local\/bin\/(.*)'/.exec(page) ?? [];
    const [, stage = ""] = /^RUN (smtpdlint .*)$/m.exec(page) ?? [];
    const commands = [
      validate.replace("/etc/mail/", `${folder}/gates/`).replace("%", path),
      stage.replace("/etc/smtpd/smtpd.conf", path),
    ];
    for (const command of commands) {
      writeFileSync(path, relay);
      expect(start(command, folder)).toMatchObject({ status: 1, stdout: expect.stringContaining("open relay") });
      writeFileSync(path, "listen on lo\nmatch from any for any reject\n");
      expect([command, start(command, folder).status]).toEqual([command, 0]);
    }
  });

  test("the command before a restart", () => {
    const [, command = ""] = /^(smtpdlint --on-host \S+) && rcctl/m.exec(page) ?? [];
    expect(start(command.replace("/etc/mail/smtpd.conf", path), folder).status).toBe(1);
  });

  test("the pre-commit hook", () => {
    const [hook] = parse(read(".pre-commit-hooks.yaml")) as { entry: string }[];
    expect(start(`${hook?.entry} ${path}`, folder).status).toBe(1);
    // No name of a file is an option.
    writeFileSync(join(folder, "gates/--rule=open-relay=off.smtpd.conf"), relay);
    const { stdout } = start(`${hook?.entry} --rule=open-relay=off.smtpd.conf`, join(folder, "gates"));
    expect(stdout).toContain("open relay");
  });

  test("a rule of make(1)", () => {
    const [, rule = ""] = /```make\n([\s\S]*?)```/.exec(page) ?? [];
    const makefile = join(folder, "gates/Makefile");
    writeFileSync(makefile, rule);
    const { status, stdout } = start("make", join(folder, "gates"));
    expect([status, stdout]).toEqual([2, expect.stringContaining("open relay")]);
  });

  test("the commands for reviewdog, whatever that says", () => {
    const [, commands = ""] = /## reviewdog\n\n```sh\n([\s\S]*?)```/.exec(page) ?? [];
    writeFileSync(join(bin, "reviewdog"), "#!/bin/sh\nexec cat\n", { mode: 0o755 });
    const options = { cwd: join(folder, "gates"), env, encoding: "utf8" } as const;
    const { status, stdout } = spawnSync("bash", ["-c", commands], options);
    expect([status, stdout]).toEqual([1, expect.stringContaining("open relay")]);
  });

  test("the builder of Nix", () => {
    const [, commands = ""] = /runCommand .* ''\n([\s\S]*?)''/.exec(page) ?? [];
    // As in the setup of stdenv; Nix puts the file in its place.
    const script = `set -e\nout=done\n${commands.replace(/\$\{.*\}/, path)}`;
    expect(start(script, join(folder, "gates")).status).toBe(1);
  });

  test("GitLab's, Woodpecker's and Forgejo's commands", () => {
    const commands = [...page.matchAll(/- (?:run: )?(npx --yes smtpdlint@\S+ (?:--format .*)?smtpd\.conf)$/gm)].map(
      ([, line = ""]) => line,
    );
    expect(commands.length).toBe(3);
    for (const command of commands) expect(start(command, join(folder, "gates")).status).toBe(1);
  });

  test("the commands for tests of the mail policy let pass what holds, and stop what does not", () => {
    const commands = [...page.matchAll(/- (?:run: )?(npx --yes smtpdlint@\S+ test.*)$/gm)].map(([, line = ""]) => line);
    expect(commands.length).toBe(3);
    for (const [name, outcome, code] of [
      ["held", "reject", 0],
      ["broken", "accept", 1],
    ] as const) {
      const own = join(folder, name);
      mkdirSync(own);
      writeFileSync(join(own, "smtpd.conf"), "listen on 192.0.2.1\nmatch from any for any reject\n");
      writeFileSync(join(own, "smtpd.test"), `to ann@here.example => ${outcome}\n`);
      for (const command of commands) expect([command, start(command, own).status]).toEqual([command, code]);
      expect(readFileSync(join(own, "policy-tests.xml"), "utf8")).toContain(`failures="${code}"`);
    }
  });
});

test("a warning about security fails by default, and as --fail-on says", async () => {
  const path = join(folder, "relay.conf");
  writeFileSync(path, relay);
  expect((await run([path])).code).toBe(1);
  expect((await run([path, "--quiet"])).stdout).toContain("open relay");
  expect((await run([path, "--fail-on", "error"])).code).toBe(0);
  expect((await run([path, "--rule", "open-relay=info"])).code).toBe(0);
  expect((await run([path, "--rule", "open-relay=off"])).code).toBe(0);
});

describe("no CI system finds a command in what is shown", () => {
  test.each(formats.filter((format) => format !== "github"))("%s", async (format) => {
    const name = join(folder, "::error::x.smtpd.conf");
    writeFileSync(name, "# ##[error]x\nadmd '##vso[task.complete]' x\nlisten on lo prot ##[group]\nmatch reject\n");
    const { stdout } = await run([name, "--format", format]);
    for (const line of stdout.split("\n")) expect(line.trimStart().startsWith("::")).toBe(false);
    expect(stdout).not.toMatch(/##(?:\[|vso\[)/);
  });

  test("what is said on standard error, and the files that fmt lists", () => {
    const [name, missing] = ["::error::f.conf", "::error::##[group].conf"];
    writeFileSync(join(folder, name), "listen on lo mask-source\nmatch  reject\n");
    const start = (...argv: readonly string[]) => startBundle(argv, { cwd: folder });
    const shown = [start("--fix-dry-run", name).stderr, start(missing).stderr, start("fmt", "--check", name).stdout];
    for (const text of shown) {
      expect(text).toContain(":error::");
      expect(text).not.toMatch(/^\s*::|##\[/m);
    }
  });

  test("a diff in a log has no carriage return that starts a line", async () => {
    const path = join(folder, "cr.conf");
    writeFileSync(path, "listen\ton lo mask-source\n# a\r::error::b\nmatch reject\n");
    const inLog = await run(["--fix-dry-run", path], { env: { GITHUB_ACTIONS: "true" } });
    expect(inLog.stdout).not.toContain("\r");
    expect(inLog.stdout).toContain("+listen\ton lo mask-src\n");
  });
});
