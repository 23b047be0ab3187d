import type { Span } from "../span.ts";
import type {
  destinationVerdicts,
  filterAnswers,
  flagConditions,
  listConditions,
  listSettings,
  modifiers,
  plainVerdicts,
  refusalVerdicts,
  valueConditions,
  valueSettings,
} from "./vocabulary.ts";

/** A file of policy tests, as far as it can be read. */
export interface TestFile {
  readonly settings: readonly Setting[];
  readonly groups: readonly TestGroup[];
}

/** The cases behind a name, or, without one, those at the start. */
export interface TestGroup {
  readonly name: TestValue | undefined;
  readonly cases: readonly TestCase[];
}

/** A text, its quotes taken off. */
export interface TestValue {
  readonly span: Span;
  readonly text: string;
}

/** A keyword as it stands there. */
export interface TestWord<W extends string = string> {
  readonly span: Span;
  readonly word: W;
}

/** One value or several: `{ root, abuse }@example.org` stands for two. */
export interface TestValues {
  readonly span: Span;
  readonly values: readonly TestValue[];
}

export type Setting =
  | {
      readonly kind: "values";
      readonly span: Span;
      readonly keyword: TestWord<(typeof listSettings)[number] | (typeof valueSettings)[number]>;
      readonly values: TestValues;
    }
  | {
      readonly kind: "assume";
      readonly span: Span;
      readonly filter: TestValue;
      readonly answer: TestWord<(typeof filterAnswers)[number]>;
      /** The reply of one that refuses. */
      readonly reply: TestValue | undefined;
    }
  | { readonly kind: "define"; readonly span: Span; readonly name: TestValue; readonly value: TestValue };

/** A line: what is sent, and what is to become of it. */
export interface TestCase {
  readonly span: Span;
  readonly conditions: readonly TestCondition[];
  readonly arrow: Span;
  /** Undefined if nothing stands behind the arrow. */
  readonly outcome: ExpectedOutcome | undefined;
}

export interface TestCondition {
  readonly span: Span;
  readonly keyword: TestWord<
    (typeof listConditions)[number] | (typeof valueConditions)[number] | (typeof flagConditions)[number]
  >;
  /** Undefined for a flag. */
  readonly values: TestValues | undefined;
}

export interface ExpectedOutcome {
  readonly span: Span;
  /** `maybe` if it need not be certain, `never` and `always` for all messages that the conditions allow. */
  readonly quantifier: TestWord<"maybe" | "never" | "always"> | undefined;
  /** Present if nothing else may become of the message. */
  readonly exactly: TestWord | undefined;
  readonly terms: readonly ExpectedTerm[];
}

/** One thing that is to become of the message. */
export interface ExpectedTerm {
  readonly span: Span;
  readonly not: TestWord | undefined;
  readonly verdict: TestWord<
    (typeof plainVerdicts)[number] | (typeof destinationVerdicts)[number] | (typeof refusalVerdicts)[number]
  >;
  /** The user, relay, path, command or server; or the code of a reply, or its text. */
  readonly values: readonly TestValue[];
  readonly modifiers: readonly ExpectedModifier[];
}

export interface ExpectedModifier {
  readonly span: Span;
  readonly keyword: TestWord<(typeof modifiers)[number]>;
  readonly value: TestValue;
}
