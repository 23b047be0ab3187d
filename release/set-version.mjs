import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * `node release/set-version.mjs VERSION [DIR]`: gives all packages one version,
 * and writes it wherever a page, an action or a hook names the version to
 * install. DIR is the repository, by default this one.
 */
const [wanted = "", folder = fileURLToPath(new URL("../", import.meta.url))] = process.argv.slice(2);
if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(wanted)) {
  process.stderr.write("usage: npm run set-version -- VERSION, such as 0.2.0 or 0.2.0-rc.1\n");
  process.exit(2);
}
const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const old = version.replaceAll(".", "\\.");

/** Where the version of smtpdlint stands, by the kind of the file. */
const places = {
  "package.json": [
    `(?<="version": ")${old}(?=")`,
    `(?<="(?:@smtpdlint/[\\w-]+|smtpdlint(?:-[\\w-]+)?)": ")${old}(?=")`,
  ],
  other: [
    // What is installed, and the names of what is released.
    `(?<=smtpdlint(?:-[\\w-]+)?@v?)${old}(?![\\w.])`,
    `(?<=smtpdlint[-_])${old}(?=[-_.][a-z])`,
    `(?<=rev: v)${old}$`,
    `(?<=version = ")${old}(?=")`,
    `(?<=(?:(?:from|before) version|default:) "?)${old}(?![\\w.])`,
  ],
};

const { stdout } = spawnSync("git", ["ls-files", "*.md", "*.yml", "*.yaml", "*.toml", "*package.json"], {
  cwd: folder,
  encoding: "utf8",
});
for (const path of stdout.trim().split("\n")) {
  // What has been released stays as it was.
  if (path.endsWith("CHANGELOG.md")) continue;
  rewrite(path, places[path.endsWith("package.json") ? "package.json" : "other"]);
}
rewriteLock();

function rewrite(path, patterns) {
  const file = join(folder, path);
  const before = readFileSync(file, "utf8");
  const after = patterns.reduce((text, pattern) => text.replace(new RegExp(pattern, "gm"), wanted), before);
  if (after !== before) writeFileSync(file, after);
}

/** In the lock are the versions of others too. */
function rewriteLock() {
  const file = join(folder, "package-lock.json");
  const lock = JSON.parse(readFileSync(file, "utf8"));
  lock.version = wanted;
  for (const [path, item] of Object.entries(lock.packages)) {
    if (path.includes("node_modules/")) continue;
    item.version = wanted;
    for (const kind of ["dependencies", "devDependencies"]) {
      for (const name of Object.keys(item[kind] ?? {})) {
        if (lock.packages[`node_modules/${name}`]?.link) item[kind][name] = wanted;
      }
    }
  }
  writeFileSync(file, `${JSON.stringify(lock, undefined, 2)}\n`);
}
