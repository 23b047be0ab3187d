/** What the page asks the worker, besides what LSP has. */

/** The files of the page, by their absolute paths, and how they are to be read. */
export interface Files {
  readonly files: Readonly<Record<string, string>>;
  /** A release; undefined to go by the file, or for the newest. */
  readonly target: string | undefined;
}

/** A message in the words of a test: `from 203.0.113.5 to bob@example.org`. */
export interface MessageParams extends Files {
  readonly message: string;
  /** So wide is a line, in characters. */
  readonly columns: number;
}

export interface DiffParams extends Files {
  /** The configuration as it was. */
  readonly old: string;
}

export interface MigrateParams extends Files {
  /** The configuration from before 6.4; the files are its includes and tables. */
  readonly old: string;
}

export interface GraphParams extends Files {
  /** Draws the way of one message only. */
  readonly message: string | undefined;
}

/** Why there is no answer: the configuration is refused, or the question makes no sense. */
export interface Problem {
  readonly problem: string;
}

/** Lines with the escapes of a terminal for colours. */
export interface TraceAnswer {
  readonly lines: readonly string[];
}

/** Messages that take the match rules, one for each rule that has one. */
export interface WitnessesAnswer {
  readonly witnesses: readonly { readonly message: string; readonly rule: string; readonly line: number }[];
}

/** Tests to begin with. */
export interface StarterAnswer {
  readonly text: string;
}

export interface DiffAnswer {
  readonly result: "equal" | "different" | "not proved";
  readonly summary: string;
  readonly differences: readonly Difference[];
  readonly notes: readonly { readonly kind: "not proved" | "assumed"; readonly text: string }[];
}

export interface Difference {
  readonly title: string;
  readonly kind: string;
  /** True for mail that strangers can send through this machine only now. */
  readonly isDangerous: boolean;
  readonly who: readonly string[];
  readonly witness: string | undefined;
  readonly was: Side;
  readonly now: Side;
}

interface Side {
  readonly outcome: string;
  readonly places: readonly { readonly line: number; readonly text: string }[];
}

export interface MigrateAnswer {
  /** There was nothing to translate. */
  readonly isOfToday: boolean;
  /** All mail is treated as before, but for what is announced. */
  readonly isProved: boolean;
  /** smtpd.conf and what it includes, in today's language, by their paths. */
  readonly files: Readonly<Record<string, string>>;
  readonly announcements: readonly Announcement[];
  /** What is a comment now, with the reason. */
  readonly untranslated: readonly PlacedText[];
  readonly notes: readonly string[];
  /** For how many reasons smtpd refuses the result. */
  readonly refusals: number;
}

/** Something about a line, from 1, of an old file. */
export interface PlacedText {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

export interface Announcement extends PlacedText {
  readonly kind: string;
  /** A message that the two files treat differently. */
  readonly witness: string | undefined;
  /** False for what holds for every file. */
  readonly mustBeRead: boolean;
}

export interface GraphAnswer {
  readonly svg: string;
  /** What the picture lacks. */
  readonly gaps: readonly string[];
}
