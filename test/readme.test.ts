import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readSettings } from "@smtpdlint/lint";
import { expect, describe as group, test } from "vitest";
import { run } from "./cli/run.ts";

/** The README: what it shows is what one sees. */
const root = new URL("../", import.meta.url);
const readme = readFileSync(new URL("README.md", root), "utf8");
const example = fileURLToPath(new URL("packages/cli/example/", root));

const blocks = [...readme.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = "", text = ""]) => ({
  language,
  text,
}));

group("shown output", () => {
  const shown = blocks.filter(({ text }) => text.startsWith("$ smtpdlint "));
  test("there is some", () => expect(shown.length).toBeGreaterThan(2));

  for (const { text } of shown) {
    const [command = "", ...lines] = text.split("\n");
    test(command, async () => {
      // A terminal of the usual width, in the folder of the examples.
      const argv = command.replace("$ smtpdlint ", "").split(" ");
      const paths = argv.map((word) => (existsSync(example + word) ? example + word : word));
      const { stdout } = await run(paths, { columns: 120, terminal: true, env: { NO_COLOR: "1" } });
      const output = stdout.replaceAll(example, "");
      for (const paragraph of lines.join("\n").trim().split("\n\n"))
        expect(unfold(output)).toContain(unfold(paragraph));
    });
  }
});

/** The README has shorter paths, so that lines break elsewhere. */
const unfold = (text: string) => text.replace(/\n *(?=[^\s=|\d+-])/g, " ").replace(/ +/g, " ");

test("the configuration file is one", () => {
  const text = blocks.find(({ language, text }) => language === "json" && text.includes('"rules"'))?.text ?? "";
  expect(readSettings(text).problems).toEqual([]);
});

test("links lead somewhere", () => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, link = ""]) => link);
  expect(links.length).toBeGreaterThan(3);
  expect(links.filter((link) => !existsSync(new URL(link, root)))).toEqual([]);
});

test("the editors' settings in JSON are JSON", () => {
  const text = readFileSync(new URL("packages/server/README.md", root), "utf8");
  const json = [...text.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
  expect(json.length).toBeGreaterThan(3);
  for (const block of json) expect(() => JSON.parse(block)).not.toThrow();
});
