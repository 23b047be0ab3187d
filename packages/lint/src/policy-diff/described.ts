import type { Assumption, MessageKind, StructuralDifference } from "@smtpdlint/policy";

type DifferenceKind = MessageKind | StructuralDifference["kind"];

/** A difference as people read it. */
export interface DescribedDifference {
  readonly kind: DifferenceKind;
  /** In a few words: `refused → relayed`. */
  readonly title: string;
  /** Sets of messages, each in words; none for a setting, which all have. */
  readonly who: readonly string[];
  /** A message in the words of a test, which `trace` treats differently; undefined if a message does not show it. */
  readonly witness: string | undefined;
  /** What decides that it does. */
  readonly when: readonly Assumption[];
  readonly old: DescribedSide;
  readonly new: DescribedSide;
  /** True if somebody has said that it will be so. */
  readonly isExpected: boolean;
}

export interface DescribedSide {
  /** In the words of a test, or a text of the configuration. */
  readonly outcome: string;
  /** The statements that decide. */
  readonly places: readonly DescribedPlace[];
}

export interface DescribedPlace {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

export interface DescribedDiff {
  readonly result: "equal" | "different" | "not proved";
  readonly differences: readonly DescribedDifference[];
  /** Why it is not proved that nothing else differs. */
  readonly unproved: readonly string[];
  /** What is assumed. */
  readonly assumptions: readonly string[];
}
