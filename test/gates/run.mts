import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * `npm run gates`: tries each way of installing and each gate that the pages
 * show, in empty folders, with the real tool where this machine has it. A gate
 * holds if an open relay stops it and a good file passes. The lines that are
 * run are those of the pages. Exits with 1 if one does not hold.
 */
const root = fileURLToPath(new URL("../../", import.meta.url));
const page = readFileSync(join(root, "packages/cli/docs/ci.md"), "utf8");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
const home = mkdtempSync(join(tmpdir(), "smtpdlint-gates-"));
const bin = join(home, "bin");
const bundle = join(root, "packages/cli/dist/smtpdlint.cjs");

const relay = 'listen on 0.0.0.0\naction "out" relay\nmatch from any for any action "out"\n';
const good = 'listen on 127.0.0.1\naction "out" relay\nmatch from local for any action "out"\n';

let failed = 0;
const report = (name: string, how: string, held: boolean | undefined, log = "") => {
  if (held === false) failed++;
  const verdict = held === undefined ? "not tried" : held ? "holds" : "FAILS";
  process.stdout.write(`${verdict.padEnd(10)} ${name.padEnd(28)} ${how}\n`);
  if (held === false) process.stdout.write(`${log.trim().replace(/^/gm, "           | ")}\n`);
};

interface Ran {
  readonly code: number | null;
  readonly output: string;
}

function run(command: string, cwd: string, env: NodeJS.ProcessEnv = {}): Ran {
  const { status, stdout, stderr } = spawnSync("sh", ["-c", command], {
    cwd,
    env: { ...process.env, PATH: `${bin}:${process.env.PATH}`, ...env },
    encoding: "utf8",
    timeout: 300_000,
  });
  return { code: status, output: stdout + stderr };
}

const isThere = (program: string) => run(`command -v ${program}`, "/").code === 0;

/** The first block of code below a heading of the page. */
function block(heading: string, language: string, from = page): string {
  const section = from.slice(from.indexOf(`\n## ${heading}\n`));
  const text = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "m").exec(section)?.[1];
  if (text === undefined) throw new Error(`${heading}: no ${language}`);
  return text;
}

/** An empty folder with a configuration. */
function folder(name: string, text: string): string {
  const path = join(home, `${name}-${text === relay ? "relay" : "good"}`);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "smtpd.conf"), text);
  return path;
}

/** Runs a gate on an open relay and on a good file; `passes` says whether it let the file through. */
function gate(name: string, how: string, passes: (path: string) => { passed: boolean; log: string }): void {
  const slug = name.replace(/\W+/g, "-");
  const bad = passes(folder(slug, relay));
  const fine = passes(folder(slug, good));
  const saysWhy = /open relay/.test(bad.log);
  report(name, how, !bad.passed && saysWhy && fine.passed, bad.passed || !saysWhy ? bad.log : fine.log);
}

/** A gate that is a list of commands, each of which must succeed. */
const commands =
  (lines: string, edit = (text: string) => text) =>
  (path: string) => {
    const { code, output } = run(`set -e\n${edit(lines)}`, path);
    return { passed: code === 0, log: output };
  };

const listOf = (yaml: string) =>
  [...yaml.matchAll(/^ *- (?:run: )?((?:npx|smtpdlint) .*)$/gm)].map(([, line]) => line).join("\n");

mkdirSync(bin);
writeFileSync(join(bin, "smtpdlint"), `#!/bin/sh\nexec '${process.execPath}' '${bundle}' "$@"\n`, { mode: 0o755 });
// What npx would fetch, once it is released.
writeFileSync(
  join(bin, "npx"),
  `#!/bin/sh\n[ "$1 $2" = "--yes smtpdlint@${version}" ] || exit 9\nshift 2\nexec smtpdlint "$@"\n`,
  { mode: 0o755 },
);

/* Ways of installing. */

const works = (command: string, cwd: string) => {
  const { code, output } = run(`${command} --version`, cwd);
  return { held: code === 0 && output === `smtpdlint ${version}\n`, log: output };
};

const release = join(home, "release");
const packed = run(`'${process.execPath}' release/package.mjs '${release}'`, root);
report("npm run package", "dpkg-deb, vsce, npm", packed.code === 0, packed.output);

const installed = run(`npm install --offline --silent --global ./smtpdlint-${version}.tgz`, release, {
  npm_config_prefix: join(home, "prefix"),
});
const fromTarball = works(join(home, "prefix/bin/smtpdlint"), home);
report("packed tarball", "npm install --global", fromTarball.held, installed.output + fromTarball.log);

const local = join(home, "local");
mkdirSync(local);
writeFileSync(join(local, "package.json"), "{}");
const added = run(`npm install --offline --silent ${release}/smtpdlint-${version}.tgz`, local);
const fromProject = works("./node_modules/.bin/smtpdlint", local);
report("packed tarball in a project", "npm install", fromProject.held, added.output + fromProject.log);

const source = join(home, "source");
mkdirSync(source);
run(`tar -xzf ${release}/smtpdlint-${version}-source.tar.gz --strip-components=1`, source);
cpSync(join(root, "node_modules"), join(source, "node_modules"), { recursive: true, verbatimSymlinks: true });
const built = run("npm run --silent build", source);
const fromSource = works(`${process.execPath} packages/cli/dist/smtpdlint.cjs`, source);
report("source archive", "npm run build", fromSource.held, built.output + fromSource.log);

if (isThere("dpkg")) {
  const system = join(home, "system");
  for (const name of ["info", "updates", "triggers"])
    mkdirSync(join(system, "var/lib/dpkg", name), { recursive: true });
  writeFileSync(
    join(system, "var/lib/dpkg/status"),
    "Package: nodejs\nStatus: install ok installed\nMaintainer: a <a@example.org>\nArchitecture: all\nVersion: 20.0\nDescription: x\n\n",
  );
  const put = run(`dpkg --root='${system}' --force-not-root --log=/dev/null -i ${release}/*.deb`, home, {
    PATH: `${process.env.PATH}:/sbin:/usr/sbin`,
  });
  const fromDeb = works(`${process.execPath} ${system}/usr/bin/smtpdlint`, home);
  report("Debian package", "dpkg, in a root of its own", fromDeb.held, put.output + fromDeb.log);
} else report("Debian package", "no dpkg", undefined);

if (isThere("lintian")) {
  const { code, output } = run(
    "lintian --display-info --pedantic --fail-on error,warning,info,pedantic *.deb",
    release,
  );
  const complaints = output.replace(/^running with root privileges.*\n/m, "");
  report("Debian package", "lintian", code === 0 && complaints === "", output);
}

/* Versions of Node: SMTPDLINT_NODES names their programs, with colons between them. */

for (const node of (process.env.SMTPDLINT_NODES ?? process.execPath).split(":")) {
  const name = run(`'${node}' --version`, home).output.trim();
  const lint = run(`'${node}' '${bundle}' smtpd.conf`, folder("node", relay));
  const request =
    '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}';
  writeFileSync(join(home, "request"), `Content-Length: ${request.length}\r\n\r\n${request}`);
  const server = run(`'${node}' '${join(root, "packages/server/dist/server.js")}' --stdio < request`, home);
  const held =
    lint.code === 1 && /open relay/.test(lint.output) && !/warning:.*(deprecat|experimental)/i.test(lint.output);
  report(
    `Node ${name}`,
    "lint and language server",
    held && /"capabilities"/.test(server.output),
    lint.output + server.output,
  );
}

/* Gates. */

const before = /^(smtpdlint --on-host \S+) && rcctl/m.exec(page)?.[1] ?? "";
gate("before a restart", "sh", commands(before.replace("/etc/mail/", "")));

gate("git hook", "git, on the index", (path) => {
  run("git init --quiet && git config user.name a && git config user.email a@example.org", path);
  writeFileSync(join(path, ".git/hooks/pre-commit"), block("pre-commit", "sh"), { mode: 0o755 });
  // The work tree has the other file: only what is staged counts.
  run("git add smtpd.conf", path);
  writeFileSync(join(path, "smtpd.conf"), path.endsWith("relay") ? good : relay);
  const { code, output } = run("git commit -m x", path);
  return { passed: code === 0, log: output };
});

if (isThere("pre-commit")) {
  // The hooks as the repository will have them; it is cloned, as pre-commit does.
  const clone = join(home, "hooks");
  mkdirSync(clone);
  cpSync(join(root, ".pre-commit-hooks.yaml"), join(clone, ".pre-commit-hooks.yaml"));
  run("git init --quiet && git add . && git -c user.name=a -c user.email=a@example.org commit -qm x", clone);
  gate("pre-commit", "pre-commit", (path) => {
    run("git init --quiet && git add .", path);
    const { code, output } = run(`pre-commit try-repo '${clone}' smtpdlint --all-files`, path, { HOME: home });
    return { passed: code === 0, log: output };
  });
} else report("pre-commit", "no pre-commit", undefined);

const action = readFileSync(join(root, "action.yml"), "utf8");
const [, lintStep = ""] = /- id: lint[\s\S]*?run: \|\n([\s\S]*?)\n {4}- if:/.exec(action) ?? [];
gate("GitHub action", "its script in bash", (path) => {
  const script = join(path, "step.sh");
  writeFileSync(script, lintStep.replace(/^ {8}/gm, ""));
  const env = { FILES: ".", ARGS: "", ANNOTATIONS: "true", SARIF: "", SMTPDLINT: "smtpdlint", GITHUB_OUTPUT: "out" };
  const { output } = run("bash -e -o pipefail step.sh", path, env);
  return { passed: readFileSync(join(path, "out"), "utf8").includes("exit-code=0"), log: output };
});
gate("GitHub without the action", "sh", (path) =>
  commands("npx --yes smtpdlint@VERSION --format compact smtpd.conf".replace("VERSION", version))(path),
);
for (const name of ["GitLab CI", "Woodpecker", "Forgejo and Gitea"]) {
  gate(name, "its commands in sh", commands(listOf(block(name, "yaml"))));
}
gate("make", "make", (path) => {
  writeFileSync(join(path, "Makefile"), block("Make", "make"));
  return commands("make")(path);
});
gate(
  "Docker",
  isThere("docker") && run("docker info", "/").code === 0 ? "docker" : "its RUN in sh: no daemon",
  (path) => {
    const run = /^RUN (smtpdlint .*)$/m.exec(block("Docker", "dockerfile"))?.[1] ?? "exit 9";
    return commands(run.replace("/etc/smtpd/", ""))(path);
  },
);

if (isThere("ansible-playbook")) {
  const task = block("Ansible", "yaml").replace("notify: reload smtpd\n", "");
  gate("Ansible", "ansible-playbook", (path) => {
    const tasks = task
      .replace("src: smtpd.conf.j2", "src: smtpd.conf")
      .replace("dest: /etc/mail/", `dest: ${path}/installed.`)
      .replace("/etc/mail/.smtpdlintrc.json", `${path}/.smtpdlintrc.json`)
      .replace("validate: smtpdlint", `validate: ${bin}/smtpdlint`);
    writeFileSync(join(path, ".smtpdlintrc.json"), "{}");
    writeFileSync(
      join(path, "play.yml"),
      `- hosts: localhost\n  gather_facts: false\n  tasks:\n${tasks.replace(/^/gm, "    ")}`,
    );
    const { output } = run("ansible-playbook -c local -i localhost, play.yml", path, { HOME: home });
    return { passed: existsSync(join(path, "installed.smtpd.conf")), log: output };
  });
} else report("Ansible", "no ansible-playbook", undefined);

if (isThere("puppet")) {
  gate("Puppet", "puppet apply", (path) => {
    const manifest = block("Puppet", "puppet")
      .replace("template('profile/smtpd.conf.erb')", `file('${path}/smtpd.conf')`)
      .replace("'/etc/mail/smtpd.conf'", `'${path}/installed.conf'`)
      .replace("/etc/mail/.smtpdlintrc.json", `${path}/.smtpdlintrc.json`)
      .replace("/usr/local/bin/", `${bin}/`)
      .replace(/ *notify.*\n/, "");
    writeFileSync(join(path, ".smtpdlintrc.json"), "{}");
    writeFileSync(join(path, "site.pp"), manifest);
    const { output } = run("puppet apply --color=false site.pp", path, { HOME: home });
    return { passed: existsSync(join(path, "installed.conf")), log: output };
  });
} else report("Puppet", "no puppet", undefined);

const nix = block("Nix", "nix");
if (isThere("nix-instantiate")) {
  writeFileSync(join(home, "check.nix"), nix);
  const { code, output } = run("nix-instantiate --parse check.nix", home);
  report("Nix, the expression", "nix-instantiate --parse", code === 0, output);
}
const builder = /runCommand .* ''\n([\s\S]*?)''/.exec(nix)?.[1] ?? "exit 9";
gate(
  "Nix, the builder",
  "its script in sh",
  commands(builder.replace(/\$\{.*\}/, "smtpd.conf"), (text) => `out=out\n${text}`),
);

rmSync(home, { recursive: true });
process.exitCode = failed > 0 ? 1 : 0;
