import {
  assumptionText,
  type DescribedDiff,
  type DescribedDifference,
  type DescribedSide,
  type DiffWords,
  ofChange,
  summaryOf,
} from "@smtpdlint/lint";
import { conjunction, makeVisible } from "@smtpdlint/model";
import { harmless } from "../reporters/harmless.ts";
import type { DiffReporter } from "./report.ts";

/** What GitHub takes as a comment, in characters. */
const mostCharacters = 65_536;

/** By this a comment is found again, to be written anew. */
const mark = "<!-- smtpdlint diff -->";

/** A comment for a pull request: a summary, and what differs, folded; cut, and said so, where there is no room for all. */
export const markdownDiff: DiffReporter = (report) => {
  const parts = report.differences.map((difference) => partOf(difference, ofChange));
  return comment(code(summaryOf(report)), parts, tailOf(report), "differences");
};

/** A comment of a heading, some parts, and what stands below; parts for which there is no room are counted. */
export function comment(heading: string, parts: readonly string[], tail: string, what: string): string {
  let text = `${mark}\n### Mail policy: ${heading}\n`;
  for (const [index, part] of parts.entries()) {
    const left = parts.length - index;
    const notice = `\n**${left} of ${parts.length} ${what} are left out: a comment has no room for more.**\n`;
    const room = mostCharacters - tail.length - (left > 1 ? notice.length : 0);
    if (text.length + part.length > room) {
      text += notice;
      break;
    }
    text += part;
  }
  return harmless(`${text}${tail}`);
}

/** A difference, folded. */
export function partOf(
  { kind, title, who, witness, when, old, new: current, isExpected }: DescribedDifference,
  names: DiffWords,
): string {
  const expected = isExpected ? " (expected)" : "";
  const lines = [
    `\n<details${kind === "new-relay" ? " open" : ""}><summary><b>${names.titles[kind]}</b>: ${html(title)}${expected}</summary>`,
    "",
    ...who.slice(0, mostReasons).map((set) => `- mail ${code(set)}`),
    ...(who.length > mostReasons ? [`- and ${who.length - mostReasons} more sets of messages`] : []),
    ...(witness === undefined ? [] : [`- for example ${code(witness)}${ifText(when.map(assumptionText))}`]),
    ...sideLines(names.old, old),
    ...sideLines(names.new, current),
    "",
    "</details>",
    "",
  ];
  return lines.join("\n");
}

const ifText = (texts: readonly string[]) => (texts.length === 0 ? "" : `, if ${code(conjunction(texts))}`);

function sideLines(word: string, { outcome, places }: DescribedSide): string[] {
  const lines = places.map(({ path, line, text }) => `  - ${code(`${path}:${line}`)} ${code(text)}`);
  return [`- ${word} ${code(outcome)}`, ...lines];
}

/** What is not proved, and what is assumed. */
export function tailOf({ unproved, assumptions }: Pick<DescribedDiff, "unproved" | "assumptions">): string {
  const lines = [
    ...unproved.slice(0, mostReasons).map((reason) => `- not proved: ${code(reason)}`),
    ...assumptions.slice(0, mostReasons).map((text) => `- assumed: ${code(text)}`),
  ];
  return lines.length === 0 ? "" : `\n${lines.join("\n")}\n`;
}

const mostReasons = 20;
/** No text of a configuration is longer than this where it is shown. */
const longest = 1000;

/** A text in which Markdown finds nothing. */
export function code(text: string): string {
  const visible = makeVisible(text);
  const short = visible.length > longest ? `${visible.slice(0, longest)}…` : visible;
  const ticks = short.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(0, ...ticks.map(({ length }) => length)) + 1);
  const pad = /^`|`$/.test(short) ? " " : "";
  return `${fence}${pad}${short}${pad}${fence}`;
}

const html = (text: string) => makeVisible(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;");
