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

export interface GraphAnswer {
  readonly svg: string;
  /** What the picture lacks. */
  readonly gaps: readonly string[];
}
