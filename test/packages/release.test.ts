import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

/** What `npm run package` writes, and how a version is made. */
const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const { version } = JSON.parse(read("package.json")) as { version: string };
const { folder } = temporaryFolder("release");
const first = join(folder, "first");
const second = join(folder, "second");
const isThere = (program: string) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;

/** Runs a command; throws what it says if it fails. */
function sh(command: string, env: NodeJS.ProcessEnv = {}, cwd = root): string {
  const { status, stdout, stderr } = spawnSync("sh", ["-c", command], {
    cwd,
    env: { ...process.env, ...env },
    encoding: "utf8",
    maxBuffer: 100e6,
  });
  if (status !== 0) throw new Error(`${command}\n${stdout}${stderr}`);
  return stdout;
}

const node = `'${process.execPath}'`;

describe.skipIf(!isThere("dpkg-deb"))("the files of a release", () => {
  beforeAll(() => {
    sh(`${node} release/package.mjs '${first}'`);
    sh(`umask 077; ${node} release/package.mjs '${second}'`, { TZ: "Asia/Tokyo", LANG: "tr_TR.UTF-8", HOME: folder });
  });

  test("are all there, with their checksums", () => {
    expect(readdirSync(first).toSorted()).toEqual(
      [
        "SHA256SUMS",
        `smtpdlint-${version}-source.tar.gz`,
        `smtpdlint-${version}.cdx.json`,
        `smtpdlint-${version}.tgz`,
        `smtpdlint-analysis-${version}.tgz`,
        `smtpdlint-grammar-${version}.tgz`,
        `smtpdlint-language-server-${version}.cdx.json`,
        `smtpdlint-language-server-${version}.tgz`,
        `smtpdlint_${version}_all.deb`,
        `vscode-smtpdlint-${version}.cdx.json`,
        `vscode-smtpdlint-${version}.vsix`,
      ].toSorted(),
    );
    expect(sh("sha256sum --check --strict SHA256SUMS", {}, first)).not.toContain("FAILED");
  });

  test("are those that RELEASING.md lists", () => {
    const names = [...read("RELEASING.md").matchAll(/^\| (`.*`) \|/gm)].flatMap(([, cell = ""]) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name),
    );
    const isListed = (file: string) => names.some((name) => file.endsWith(name.replace("NAME", "")));
    expect(readdirSync(first).filter((file) => !isListed(file))).toEqual([]);
    const isNamed = (name: string) => readdirSync(first).some((file) => file.endsWith(name.replace("NAME", "")));
    expect(names.filter((name) => !isNamed(name))).toEqual([]);
  });

  test("have the same bytes whoever makes them, wherever and whenever", () => {
    expect(readFileSync(join(second, "SHA256SUMS"), "utf8")).toBe(readFileSync(join(first, "SHA256SUMS"), "utf8"));
  });

  test("a bill of materials lists what is in the bundle", () => {
    for (const [name, part] of [
      ["smtpdlint", "cli"],
      ["smtpdlint-language-server", "server"],
      ["vscode-smtpdlint", "vscode"],
    ] as const) {
      const bill = JSON.parse(readFileSync(join(first, `${name}-${version}.cdx.json`), "utf8"));
      const titles = [...read(`packages/${part}/THIRD-PARTY.md`).matchAll(/^## \S+ \d/gm)];
      const components = bill.components as { purl: string; licenses: unknown[]; version: string }[];
      expect(titles.length).toBeGreaterThan(5);
      expect(components.length).toBe(titles.length);
      expect(components.every(({ purl, licenses }) => purl.startsWith("pkg:npm/") && licenses.length > 0)).toBe(true);
      expect(bill.metadata.component.purl).toBe(`pkg:npm/${name}@${version}`);
    }
  });

  test("the source archive is what git keeps", () => {
    const listed = sh(`tar -tzf '${first}/smtpdlint-${version}-source.tar.gz'`).trim().split("\n");
    const files = listed.filter((path) => !path.endsWith("/")).map((path) => path.replace(/^[^/]*\//, ""));
    expect(files.toSorted()).toEqual(sh("git ls-tree -r --name-only HEAD").trim().split("\n").toSorted());
  });

  test("the command that the README names installs the packed program", () => {
    const [, command = ""] = /`(npm install --global \S+\.tgz)`/.exec(read("README.md")) ?? [];
    const prefix = join(folder, "prefix");
    sh(`${command.replace("./dist", `'${first}'`)} --offline --silent`, { npm_config_prefix: prefix });
    expect(sh("smtpdlint --version", { PATH: `${prefix}/bin:${process.env.PATH}` })).toBe(`smtpdlint ${version}\n`);
  });

  test("the command that the README names installs it from a clone", () => {
    const [, command = ""] =
      /^npm ci && npm run --silent build && (npm install --global .*)$/m.exec(read("README.md")) ?? [];
    const prefix = join(folder, "clone");
    sh(command, { npm_config_prefix: prefix, npm_config_offline: "true" });
    rmSync(join(root, `smtpdlint-${version}.tgz`));
    expect(sh("smtpdlint --version", { PATH: `${prefix}/bin:${process.env.PATH}` })).toBe(`smtpdlint ${version}\n`);
  });

  describe("the Debian package", () => {
    const deb = join(first, `smtpdlint_${version}_all.deb`);

    /** A system with nothing but a Node of this version. */
    function systemWithNode(number: string): string {
      const system = join(folder, `node-${number}`);
      for (const name of ["info", "updates", "triggers"]) {
        mkdirSync(join(system, "var/lib/dpkg", name), { recursive: true });
      }
      writeFileSync(
        join(system, "var/lib/dpkg/status"),
        `Package: nodejs\nStatus: install ok installed\nMaintainer: a <a@example.org>\nArchitecture: all\nVersion: ${number}\nDescription: x\n\n`,
      );
      return system;
    }
    const dpkg = (system: string, words: string) =>
      sh(`PATH=$PATH:/sbin:/usr/sbin dpkg --root='${system}' --force-not-root --log=/dev/null ${words}`);

    test("is installed, runs, and is removed without a trace", () => {
      const system = systemWithNode("20.1.0");
      dpkg(system, `--install '${deb}'`);
      expect(sh(`${node} '${system}/usr/bin/smtpdlint' --version`)).toBe(`smtpdlint ${version}\n`);
      const relay = join(folder, "relay.conf");
      writeFileSync(relay, "listen on eth0\naction out relay\nmatch from any for any action out\n");
      const { status, stdout } = spawnSync(process.execPath, [join(system, "usr/bin/smtpdlint"), relay], {
        encoding: "utf8",
      });
      expect([status, stdout]).toEqual([1, expect.stringContaining("open relay")]);
      expect(sh(`${node} '${system}/usr/bin/smtpdlint' explain open-relay`)).toContain("open-relay");
      const recipe = join(folder, "recipe");
      sh(`${node} '${system}/usr/bin/smtpdlint' init null-client '${recipe}'`);
      expect(readFileSync(join(recipe, "smtpd.conf"), "utf8")).toContain("listen on socket");
      for (const path of [
        "usr/share/man/man1/smtpdlint.1.gz",
        "usr/share/man/man5/smtpdlint.rc.5.gz",
        "usr/share/bash-completion/completions/smtpdlint",
        "usr/share/zsh/vendor-completions/_smtpdlint",
        "usr/share/fish/vendor_completions.d/smtpdlint.fish",
        "usr/share/doc/smtpdlint/copyright",
        "usr/share/doc/smtpdlint/changelog.gz",
      ]) {
        expect([path, existsSync(join(system, path))]).toEqual([path, true]);
      }
      expect(readFileSync(join(system, "usr/bin/smtpdlint"), "utf8")).toMatch(/^#!\/usr\/bin\/node\n/);
      dpkg(system, "--purge smtpdlint");
      expect(existsSync(join(system, "usr"))).toBe(false);
    });

    test("belongs to root, and lists its own checksums", () => {
      expect(sh(`dpkg-deb --contents '${deb}'`).trim().split("\n")).toEqual(
        sh(`dpkg-deb --contents '${deb}'`)
          .trim()
          .split("\n")
          .filter((line) => line.includes(" root/root ")),
      );
      const tree = join(folder, "tree");
      sh(`dpkg-deb --raw-extract '${deb}' '${tree}' && cd '${tree}' && md5sum --check --strict DEBIAN/md5sums`);
    });

    test("wants Node 20", () => {
      expect(() => dpkg(systemWithNode("18.20.4"), `--install '${deb}'`)).toThrow(/nodejs \(>= 20\)/);
    });
  });
});

describe("a version", () => {
  const copy = join(folder, "copy");
  const paths = sh("git ls-files '*.md' '*.yml' '*.yaml' '*.toml' '*package.json' package-lock.json")
    .trim()
    .split("\n")
    .filter((path) => existsSync(join(root, path)));
  beforeAll(() => {
    for (const path of paths) {
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      copyFileSync(join(root, path), join(copy, path));
    }
    sh("git init --quiet && git add --force .", {}, copy);
  });
  const copied = (path: string) => readFileSync(join(copy, path), "utf8");

  test("is written everywhere by one command, and back", () => {
    sh(`${node} release/set-version.mjs 98.76.54 '${copy}'`);
    const own = new RegExp(`(smtpdlint|version|default|rev).*(?<![\\d.])${version.replaceAll(".", "\\.")}(?![\\d.])`);
    const left = paths
      .filter((path) => !/CHANGELOG|package-lock/.test(path))
      .flatMap((path) =>
        copied(path)
          .split("\n")
          .filter((line) => own.test(line)),
      );
    expect(left).toEqual([]);
    expect(copied("action.yml")).toContain('default: "98.76.54"');
    expect(copied("packages/cli/docs/ci.md")).toContain("uses: smtpdlint/smtpdlint@v98.76.54");
    expect(JSON.parse(copied("package-lock.json")).packages["packages/cli"].version).toBe("98.76.54");
    sh(`${node} release/set-version.mjs ${version} '${copy}'`);
    for (const path of paths) expect(copied(path) === read(path) ? "" : path).toBe("");
  });

  test("is one number", () => {
    expect(spawnSync(process.execPath, [join(root, "release/set-version.mjs"), "0.2"], { cwd: root }).status).toBe(2);
  });

  test("is published by a workflow that knows every file", () => {
    const { jobs } = parse(read(".github/workflows/release.yml"));
    const steps = [...jobs.build.steps, ...jobs.publish.steps] as { run?: string }[];
    const commands = steps.map(({ run = "" }) => run).join("\n");
    for (const name of ["smtpdlint-grammar", "smtpdlint-analysis", "smtpdlint-language-server", "smtpdlint"]) {
      expect(commands).toMatch(new RegExp(`for name in.* ${name}[ ;]`));
    }
    expect(commands).toContain("vscode-smtpdlint-$version.vsix");
    for (const { run = "" } of steps) expect(spawnSync("bash", ["-n", "-c", run]).status).toBe(0);
  });
});
