import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Writes `dist/`, which is published: the index, and the packages that it
 * shows, each in a folder of its own, since nobody can install them by name.
 */
const inner = ["model", "policy", "format", "lint"];
const path = (name) => fileURLToPath(new URL(name, import.meta.url));

rmSync(path("dist"), { recursive: true, force: true });
for (const name of inner)
  cpSync(path(`../${name}/dist`), path(`dist/${name}`), { recursive: true, filter: isPublished });
cpSync(path("build"), path("dist"), { recursive: true, filter: isPublished });
for (const name of readdirSync(path("dist"), { recursive: true })) {
  if (!/\.(?:js|d\.ts)$/.test(name)) continue;
  const file = path(`dist/${name}`);
  writeFileSync(file, withRelativeImports(readFileSync(file, "utf8"), name.split("/").length - 1));
}

function isPublished(source) {
  return !/\.(?:map|tsbuildinfo)$/.test(source);
}

function withRelativeImports(text, depth) {
  const up = depth === 0 ? "./" : "../".repeat(depth);
  return text
    .replace(/"@smtpdlint\/(\w+)"/g, (all, name) => (inner.includes(name) ? `"${up}${name}/index.js"` : all))
    .replace(/\n\/\/# sourceMappingURL=.*/g, "");
}
