import { readFileSync } from "node:fs";
import { type FixtureCase, parseCase } from "./fixture.ts";

/**
 * A rule's page. Its examples are fenced and read as the cases of fixtures are:
 *
 *     ```smtpd.conf target=6.8
 *     table aliases file:/etc/mail/aliases
 *     ```
 *     ```text /etc/mail/aliases
 *     root: joe
 *     ```
 *
 * A `text` fence with a path, and for `on-host` a mode and an owner, is a
 * further file of the example before it. An example without a rule gets a last
 * one, unless it says `bare`.
 */
export interface Page {
  readonly title: string;
  /** The headings of second level, in order. */
  readonly sections: readonly string[];
  readonly bad: readonly FixtureCase[];
  readonly good: readonly FixtureCase[];
  /** The files that links lead to. */
  readonly links: readonly string[];
}

export function readPage(url: URL): Page {
  const text = readFileSync(url, "utf8");
  const parts = text.split(/^## /m);
  const section = (name: string) => parts.find((part) => part.startsWith(`${name}\n`)) ?? "";
  return {
    title: /^# (.*)/.exec(text)?.[1] ?? "",
    sections: parts.slice(1).map((part) => part.slice(0, part.indexOf("\n"))),
    bad: examplesOf(section("Bad")),
    good: examplesOf(section("Good")),
    links: [...text.matchAll(/\]\(([^):#]+)(?:#[^)]*)?\)/g)].map(([, target]) => target as string),
  };
}

function examplesOf(section: string): FixtureCase[] {
  const sources: string[] = [];
  for (const [, info = "", body = ""] of section.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)) {
    const [language, ...options] = info.split(" ");
    if (language === "smtpd.conf") {
      const bare = /^\s*match\b/m.test(body) ? " bare" : "";
      sources.push(`example ${sources.length + 1} | ${options.join(" ")}${bare}\n${body}`);
    } else if (language === "text" && options[0] && sources.length > 0) {
      sources.push(`${sources.pop()}--- ${options.join(" ")}\n${body}`);
    } else throw new Error(`unknown kind of example: ${info}`);
  }
  return sources.map(parseCase);
}
