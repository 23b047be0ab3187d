import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** What a library shows, by the files that declare it; undefined stands for all that they export. */
function shown(root: URL): Map<string, readonly string[] | undefined> {
  const index = readFileSync(new URL("index.ts", root), "utf8");
  const files = new Map<string, readonly string[] | undefined>();
  for (const [, path = ""] of index.matchAll(/export \* from "\.\/([^"]+)"/g)) files.set(path, undefined);
  for (const [, names = "", path = ""] of index.matchAll(/export (?:type )?\{([^}]*)\} from "\.\/([^"]+)"/g)) {
    const own = names.split(",").map((name) =>
      name
        .trim()
        .replace(/^type /, "")
        .replace(/ as .*/, ""),
    );
    files.set(path, [...(files.get(path) ?? []), ...own.filter(Boolean)]);
  }
  return files;
}

test.each(["grammar/src/", "packages/analysis/src/"])("all that %s shows is documented", (folder) => {
  const root = new URL(`../../${folder}`, import.meta.url);
  const bare: string[] = [];
  let seen = 0;
  for (const [path, names] of shown(root)) {
    const text = readFileSync(new URL(path, root), "utf8");
    for (const [, before = "", name = ""] of text.matchAll(
      /^(.*)\nexport (?:abstract )?(?:async )?(?:function\*?|const|class|interface|type|enum) (\w+)/gm,
    )) {
      if (names && !names.includes(name)) continue;
      seen++;
      if (!before.trim().endsWith("*/")) bare.push(`${path}: ${name}`);
    }
  }
  expect(seen).toBeGreaterThan(30);
  expect(bare).toEqual([]);
});
