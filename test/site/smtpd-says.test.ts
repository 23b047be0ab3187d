import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { analyse, rules } from "@smtpdlint/lint";
import { memoryHost } from "@smtpdlint/model";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

/** The page that explains smtpd's messages: smtpd prints each of them for its example, and our rules find it. */
const page = readFileSync(new URL("../../packages/site/content/smtpd-says.md", import.meta.url), "utf8");
const sections = page.split(/^### /m).slice(1);
const smtpd = "/usr/sbin/smtpd";

const examples = sections.flatMap((section) => {
  const [title = ""] = section.split("\n");
  const [, text] = /^```smtpd\n([\s\S]*?)^```$/m.exec(section) ?? [];
  const [, named = ""] = /^Rules?: (.*)$/m.exec(section) ?? [];
  return text === undefined
    ? []
    : [{ title, text, named: [...named.matchAll(/\(rule:([\w-]+)\)/g)].map(([, id]) => id) }];
});

/** A message with words in capitals for what changes. */
const pattern = (title: string) =>
  new RegExp(title.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\b[A-Z]{4,}\b/g, ".*"));

test("all rules that are named exist", () => {
  const known = new Set(rules.map(({ meta }) => meta.id));
  const named = [...page.matchAll(/\(rule:([\w-]+)\)/g)].map(([, id = ""]) => id);
  expect(named.filter((id) => !known.has(id))).toEqual([]);
  expect(examples.length).toBeGreaterThan(30);
});

test("replies that are explained are those of the session", () => {
  const folder = new URL("../../packages/policy/src/", import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const sources = files.map((name) => readFileSync(new URL(name, folder), "utf8")).join("\n");
  const [, replies = ""] = page.split("## What clients get to read");
  const texts = [...replies.matchAll(/^### \d{3}(?: \d\.\d\.\d)? (.*)$/gm)].map(([, text = ""]) => text);
  expect(texts.length).toBeGreaterThan(10);
  expect(texts.filter((text) => !text.split(": ").every((part) => sources.includes(part)))).toEqual([]);
});

test("no message is explained twice", () => {
  const titles = sections.map((section) => section.split("\n")[0]);
  expect(titles).toEqual([...new Set(titles)]);
});

test.skipIf(!existsSync(smtpd))("to the file of the start page smtpd says that it is in order", () => {
  const file = fileURLToPath(new URL("../../packages/cli/example/accepted.conf", import.meta.url));
  expect(spawnSync(smtpd, ["-n", "-f", file]).stderr.toString()).toContain("configuration OK");
});

describe.each(examples)("$title", ({ title, text, named }) => {
  test.skipIf(!existsSync(smtpd))("smtpd says so", () => {
    const file = temporaryFolder("smtpd-says").file("smtpd.conf", text);
    const { status, stderr } = spawnSync(smtpd, ["-n", "-f", file]);
    expect(status).toBe(1);
    expect(stderr.toString()).toMatch(pattern(title));
  });

  test("the rules find it", () => {
    const { diagnostics } = analyse("/smtpd.conf", text, memoryHost({}), { target: "6.8" });
    expect(diagnostics.filter(({ category }) => category === "refused").map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(named),
    );
  });
});
