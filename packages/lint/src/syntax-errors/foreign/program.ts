import { newestRelease } from "@smtpdlint/grammar";
import { statementWords } from "../tokens.ts";

/** Settings of another program, and what is written in smtpd.conf for them. */
export interface Counterpart {
  readonly settings: readonly string[];
  /** Statements of smtpd.conf, with capitals for what has to be filled in. */
  readonly write: readonly string[];
  /** What to do besides, or first. */
  readonly also?: string;
}

/** A format of another program's configuration. */
export interface ForeignFormat {
  /** As findings name a whole file: `Postfix, a main.cf`. */
  readonly file: string;
  /** As findings name one line of it: `a setting of Postfix`. */
  readonly setting?: string;
  readonly counterparts: readonly Counterpart[];
  /** True for a text that is this program's and nothing else. */
  owns(text: string): boolean;
  /** The setting in a line that stands among statements of smtpd.conf; undefined unless it is surely one. */
  settingIn?(line: string): ForeignSetting | undefined;
}

/** A setting in a line. */
export interface ForeignSetting {
  readonly name: string;
  /** Where the name stands in the line. */
  readonly at: number;
  /** What it is called among the counterparts, if that is not its name. */
  readonly key?: string;
}

/** What stands in smtpd.conf in the place of a setting, as a help; undefined if it has no counterpart. */
export function insteadOf({ counterparts }: ForeignFormat, name: string): string | undefined {
  const row = counterparts.find(({ settings }) => settings.includes(name));
  if (!row) return undefined;
  const statements = row.write.join("; ");
  return row.also ? `${row.also}, or write ${statements}` : `write ${statements}`;
}

/** The words that statements of smtpd.conf start with, for a pattern. */
export const firstWords = statementWords(newestRelease).join("|");

/** A statement of smtpd.conf at the place where it is tried. */
export const statement = new RegExp(`[ \\t]*(?:${firstWords})\\b`, "y");

/** A line that starts like a statement of smtpd.conf, unless it continues the line before or defines something. */
const ours = new RegExp(`(?<!\\\\\\n)^[ \\t]*(?:${firstWords})[ \\t]+[^=\\s]`, "m");

/** True if a line starts like a statement of smtpd.conf. */
export const hasStatement = (text: string): boolean => ours.test(text);

/** How often a pattern, with the flag `g`, is found. */
export const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;
