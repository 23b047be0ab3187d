import type { Span } from "@smtpdlint/grammar";
import { makeVisible } from "@smtpdlint/model";
import { code, escapeMarkdown, inlineCode } from "../describe.ts";

/** What becomes of mail, said for an editor: as Markdown with links, or as lines of text. */
export interface MailAnswer {
  readonly title: MailText;
  /** What matters most, which a hover says beside the title: some editors show no more. One of the lines, or of its own. */
  readonly gist?: MailLine | undefined;
  readonly lines: readonly MailLine[];
  /** How it comes to be, as lines of a trace. */
  readonly block?: string | undefined;
}

/** Words, then what is written in a configuration or a test. */
export interface MailText {
  readonly words?: string;
  readonly code?: string;
}

export interface MailLine extends MailText {
  /** The statement that the line is about. */
  readonly at?: Span | undefined;
  /** True for what belongs to the line before. */
  readonly isDetail?: boolean;
}

/** A place as somebody may go to it. */
export interface NamedPlace {
  /** `line 12`, or `tables.conf:3` of another file. */
  readonly name: string;
  /** Undefined where there is nothing to go to. */
  readonly link: string | undefined;
}

export type PlaceOf = (span: Span) => NamedPlace;

/** Both as plain text. */
export const lineText = ({ words, code }: MailText): string =>
  makeVisible([words, code].filter((part) => part !== undefined).join(" "));

/** The same as Markdown. Addresses are in code, where no viewer makes links of them. */
export const markdownText = ({ words, code }: MailText): string =>
  [words === undefined ? [] : [escapeMarkdown(makeVisible(words))], code === undefined ? [] : [inlineCode(code)]]
    .flat()
    .join(" ");

/** `level` is that of the title as a heading; 0 for a line in bold letters, with the gist behind it. */
export function answerMarkdown({ title, gist, lines, block }: MailAnswer, placeOf: PlaceOf, level = 0): string {
  const head = markdownText(title);
  const lineMarkdown = (line: MailLine) => {
    const place = line.at && placeOf(line.at);
    const link = place && (place.link === undefined ? ` (${place.name})` : ` ([${place.name}](<${place.link}>))`);
    return `${markdownText(line)}${link ?? ""}`;
  };
  const isBeside = (line: MailLine) => level === 0 && line === gist;
  const list = lines
    .filter((line) => !isBeside(line))
    .map((line) => `${line.isDetail ? "  " : ""}- ${lineMarkdown(line)}`);
  return [
    level > 0 ? `${"#".repeat(level)} ${head}` : `**${head}**${gist ? `: ${lineMarkdown(gist)}` : ""}`,
    ...(list.length > 0 ? [list.join("\n")] : []),
    ...(block === undefined ? [] : [code(block, "text")]),
  ].join("\n\n");
}

/** The same for an editor that shows messages only, the title first. */
export function answerText({ title, lines, block }: MailAnswer, placeOf: PlaceOf): string[] {
  return [
    lineText(title),
    ...lines.map((line) => {
      const place = line.at ? ` (${placeOf(line.at).name})` : "";
      return `${line.isDetail ? "    " : "  "}${lineText(line)}${place}`;
    }),
    ...(block === undefined ? [] : ["", ...block.split("\n")]),
  ];
}
