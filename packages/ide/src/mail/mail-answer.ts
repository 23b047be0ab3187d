import type { Span } from "@smtpdlint/grammar";
import { makeVisible } from "@smtpdlint/model";
import { code, escapeMarkdown } from "../describe.ts";

/** What becomes of mail, said for an editor: as Markdown with links, or as lines of text. */
export interface MailAnswer {
  /** In one line. */
  readonly title: string;
  readonly lines: readonly MailLine[];
  /** How it comes to be, as lines of a trace. */
  readonly block?: string | undefined;
}

export interface MailLine {
  readonly text: string;
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

/** `level` is that of the title as a heading; 0 for a line in bold letters. */
export function answerMarkdown({ title, lines, block }: MailAnswer, placeOf: PlaceOf, level = 0): string {
  const head = escapeMarkdown(makeVisible(title));
  const list = lines.map(({ text, at, isDetail }) => {
    const place = at && placeOf(at);
    const link = place && (place.link === undefined ? ` (${place.name})` : ` ([${place.name}](<${place.link}>))`);
    return `${isDetail ? "  " : ""}- ${escapeMarkdown(makeVisible(text))}${link ?? ""}`;
  });
  return [
    level === 0 ? `**${head}**` : `${"#".repeat(level)} ${head}`,
    ...(list.length > 0 ? [list.join("\n")] : []),
    ...(block === undefined ? [] : [code(block, "text")]),
  ].join("\n\n");
}

/** The same for an editor that shows messages only, the title first. */
export function answerText({ title, lines, block }: MailAnswer, placeOf: PlaceOf): string[] {
  return [
    makeVisible(title),
    ...lines.map(({ text, at, isDetail }) => {
      const place = at ? ` (${placeOf(at).name})` : "";
      return `${isDetail ? "    " : "  "}${makeVisible(text)}${place}`;
    }),
    ...(block === undefined ? [] : ["", ...block.split("\n")]),
  ];
}
