import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { writeDebianPackage } from "./debian.mjs";
import { writeBills } from "./sbom.mjs";

/**
 * Writes all that a release needs into a folder, by default `dist/` at the top:
 * the packages for npm, the extension, the Debian package, the source archive,
 * bills of materials and checksums. `npm run package` builds first.
 *
 * The same commit gives the same bytes: nothing depends on the clock, on who
 * runs it or on the folder. Needs git and dpkg-deb; neither root nor a network.
 */
const root = fileURLToPath(new URL("../", import.meta.url));
const folder = resolve(process.argv[2] ?? join(root, "dist"));
const published = ["grammar", "packages/analysis", "packages/server", "packages/cli"];

/** Runs a program and returns what it prints; throws what it complains of. */
function run(program, argv, { cwd = root, encoding = "utf8" } = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, argv, {
    cwd,
    encoding,
    maxBuffer: 1e9,
    env: { ...npmsOwnLeftOut(process.env), SOURCE_DATE_EPOCH: String(epoch), TZ: "UTC", LC_ALL: "C" },
  });
  if (error) throw new Error(`${program}: ${error.code === "ENOENT" ? "not installed" : error.message}`);
  if (status !== 0) throw new Error(`${program} ${argv.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}

/** npm, when it runs a script, tells the npm in it which workspace that was. */
function npmsOwnLeftOut(env) {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^npm_config_(local_prefix|workspaces?)$/i.test(name)),
  );
}

/** Seconds since 1970: the time of the commit, as all archives give for their files. */
let epoch = 0;
epoch = Number(process.env.SOURCE_DATE_EPOCH ?? run("git", ["log", "-1", "--format=%ct"]));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
if (run("git", ["status", "--porcelain"]).trim() !== "") {
  process.stderr.write("warning: uncommitted changes: they are in the packages, not in the source archive\n");
}

run("npm", ["pack", "--silent", "--pack-destination", folder, ...published.flatMap((part) => ["-w", part])]);

const vsce = join(root, "node_modules/@vscode/vsce/vsce");
const extension = join(folder, `vscode-smtpdlint-${version}.vsix`);
run(process.execPath, [vsce, "package", "--no-dependencies", "--out", extension], {
  cwd: join(root, "packages/vscode"),
});

writeDebianPackage({ root, folder, version, epoch, run });

const name = `smtpdlint-${version}`;
const tar = run("git", ["archive", "--format=tar", `--prefix=${name}/`, "HEAD"], { encoding: "buffer" });
writeFileSync(join(folder, `${name}-source.tar.gz`), gzipped(tar));

writeBills({ root, folder, version, epoch, run });

const sums = readdirSync(folder)
  .sort()
  .map(
    (file) =>
      `${createHash("sha256")
        .update(readFileSync(join(folder, file)))
        .digest("hex")}  ${file}\n`,
  );
const unfinished = join(folder, ".SHA256SUMS");
writeFileSync(unfinished, sums.join(""));
renameSync(unfinished, join(folder, "SHA256SUMS"));
process.stdout.write(sums.join(""));

/** zlib writes no time, but the system, which is left out. */
function gzipped(bytes) {
  const zipped = gzipSync(bytes, { level: 9 });
  zipped[9] = 255;
  return zipped;
}
