import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readSettings } from "@smtpdlint/lint";
import { expect, describe as group, test } from "vitest";
import { run } from "./cli/run.ts";

/** The README and the pages for reference: what they show is what one sees. */
const root = new URL("../", import.meta.url);
const pages = ["README.md"].concat(
  ["docs/commands", "docs/reference"].flatMap((folder) =>
    readdirSync(new URL(folder, root)).map((name) => `${folder}/${name}`),
  ),
);
const example = fileURLToPath(new URL("packages/cli/example/", root));

const blocksIn = (page: string) =>
  [...readFileSync(new URL(page, root), "utf8").matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = "", text = ""]) => ({ language, text }),
  );

group.each(pages)("%s: shown output", (page) => {
  const shown = blocksIn(page).filter(({ text }) => text.startsWith("$ smtpdlint "));
  test("there is some in the README", () => expect(page !== "README.md" || shown.length > 2).toBe(true));

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
  const [block] = blocksIn("docs/reference/configuration.md").filter(({ language }) => language === "json");
  expect(readSettings(block?.text ?? "").problems).toEqual([]);
});

test("the JSON has the fields that it has", async () => {
  const [block] = blocksIn("docs/reference/json.md");
  const { stdout } = await run(["--format", "json", `${example}accepted.conf`]);
  const [shown, printed] = [block?.text ?? "", stdout].map((text) => JSON.parse(text));
  const fields = (document: typeof shown) =>
    [document, ...document.files, ...document.files[0].diagnostics].flatMap(Object.keys);
  expect(fields(printed)).toEqual(expect.arrayContaining([...fields(shown), "witness"]));
});

test.each(pages)("%s: links lead somewhere", (page) => {
  const text = readFileSync(new URL(page, root), "utf8");
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(([, link = ""]) => link);
  expect(links.filter((link) => !existsSync(new URL(link, new URL(page, root))))).toEqual([]);
});

test("the README is a front page, which leads to all others", () => {
  const readme = readFileSync(new URL("README.md", root), "utf8");
  expect(readme.split(/\s+/).length).toBeLessThan(2500);
  expect(pages.filter((page) => page !== "README.md" && !readme.includes(`](${page})`))).toEqual([]);
});

test("the editors' settings in JSON are JSON", () => {
  const text = readFileSync(new URL("packages/server/README.md", root), "utf8");
  const json = [...text.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
  expect(json.length).toBeGreaterThan(3);
  for (const block of json) expect(() => JSON.parse(block)).not.toThrow();
});
