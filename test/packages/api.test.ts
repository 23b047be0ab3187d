import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { sources } from "../../packages/sources.mjs";

/** What a library shows, by the files that declare it; undefined stands for all that they export. */
function shown(root: URL): Map<URL, readonly string[] | undefined> {
  const index = readFileSync(new URL("index.ts", root), "utf8");
  const files = new Map<URL, readonly string[] | undefined>();
  for (const [, path = ""] of index.matchAll(/export \* from "\.\/([^"]+)"/g))
    files.set(new URL(path, root), undefined);
  for (const [, names = "", from = ""] of index.matchAll(/export (?:type )?\{([^}]*)\} from "([^"]+)"/g)) {
    const own = names.split(",").map((name) =>
      name
        .trim()
        .replace(/^type /, "")
        .replace(/ as .*/, ""),
    );
    for (const file of filesBehind(from, root)) files.set(file, own.filter(Boolean));
  }
  return files;
}

/** A file, or all that a package of ours shows. */
function filesBehind(from: string, root: URL): URL[] {
  if (from.startsWith(".")) return [new URL(from, root)];
  const index = sources[from];
  return index === undefined ? [] : [...shown(new URL(".", pathToFileURL(index))).keys()];
}

test.each(["grammar/src/", "packages/analysis/src/"])("all that %s shows is documented", (folder) => {
  const root = new URL(`../../${folder}`, import.meta.url);
  const bare: string[] = [];
  let seen = 0;
  for (const [file, names] of shown(root)) {
    const text = readFileSync(file, "utf8");
    for (const [, before = "", name = ""] of text.matchAll(
      /^(.*)\nexport (?:abstract )?(?:async )?(?:function\*?|const|class|interface|type|enum) (\w+)/gm,
    )) {
      if (names && !names.includes(name)) continue;
      seen++;
      if (!before.trim().endsWith("*/")) bare.push(`${file.pathname.split("/").at(-1)}: ${name}`);
    }
  }
  expect(seen).toBeGreaterThan(30);
  expect(bare).toEqual([]);
});
