import { assumptionText, type DescribedDiff, type DescribedDifference, type DescribedSide } from "@smtpdlint/lint";
import { conjunction, count, makeVisible } from "@smtpdlint/model";
import { fileNameOf, inlineCode } from "./describe.ts";

/** Turns a line of a file into something to click at, where there is one. */
export type LinkOf = (path: string, line: number) => string | undefined;

/** How many differences there are to a revision, in a few words. */
export function differencesTitle({ result, differences, unproved }: DescribedDiff, revision: string): string {
  switch (result) {
    case "equal":
      return `no difference to ${revision} in what becomes of mail`;
    case "different":
      return `${count(differences.length, "difference")} to ${revision} in what becomes of mail${unproved.length > 0 ? ", perhaps more" : ""}`;
    case "not proved":
      return `no difference to ${revision} found, but not proved`;
  }
}

/** The differences as lines of text, for an editor that shows messages only; so many of them. */
export function differencesText({ differences, unproved }: DescribedDiff, most: number): string[] {
  const lines = differences.slice(0, most).map((difference) => {
    const { title, who, new: current, old } = difference;
    const place = current.places[0] ?? old.places[0];
    const mail = who[0] === undefined ? "" : `: mail ${who[0]}${who.length > 1 ? " …" : ""}`;
    return makeVisible(`${title}${mail}${place ? ` (${fileNameOf(place.path)}:${place.line})` : ""}`);
  });
  const rest = differences.length > most ? [`and ${differences.length - most} more`] : [];
  return [...lines, ...rest, ...unproved.map((reason) => `not proved: ${makeVisible(reason)}`)];
}

/** All that is known of the differences, as Markdown with links to lines. */
export function differencesMarkdown(described: DescribedDiff, revision: string, linkOf: LinkOf): string {
  const { differences, unproved, assumptions } = described;
  const parts = differences.flatMap((difference, index) => [
    `## ${index + 1}. ${inlineCode(difference.title)}, ${kindWords[difference.kind]}`,
    partsOf(difference, linkOf).join("\n"),
  ]);
  const doubts = [
    ...unproved.map((reason) => `- not proved: ${inlineCode(reason)}`),
    ...assumptions.map((text) => `- assumed: ${inlineCode(text)}`),
  ];
  const title = `# ${differencesTitle(described, inlineCode(revision))}`;
  return `${[title, ...parts, ...(doubts.length > 0 ? [doubts.join("\n")] : [])].join("\n\n")}\n`;
}

const kindWords: Readonly<Record<DescribedDifference["kind"], string>> = {
  "new-relay": "**newly relayed for outsiders**",
  "new-accept": "newly accepted",
  lost: "newly refused",
  destination: "other destination",
  reply: "other reply",
  listener: "a listener",
  filter: "filters of a listener",
  setting: "a setting",
};

function partsOf({ who, witness, when, old, new: current }: DescribedDifference, linkOf: LinkOf): string[] {
  const condition = when.length > 0 ? `, if ${inlineCode(conjunction(when.map(assumptionText)))}` : "";
  return [
    ...who.map((set) => `- mail ${inlineCode(set)}`),
    ...(witness === undefined ? [] : [`- for example ${inlineCode(witness)}${condition}`]),
    ...sideLines("was", old, linkOf),
    ...sideLines("now", current, linkOf),
  ];
}

function sideLines(word: string, { outcome, places }: DescribedSide, linkOf: LinkOf): string[] {
  const lines = places.map(({ path, line, text }) => {
    const link = linkOf(path, line);
    const name = `${fileNameOf(path)}:${line}`;
    return `  - ${link === undefined ? inlineCode(name) : `[${inlineCode(name)}](<${link}>)`} ${inlineCode(text)}`;
  });
  return [`- ${word} ${inlineCode(outcome)}`, ...lines];
}
