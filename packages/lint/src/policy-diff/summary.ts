import type { DescribedDiff, DescribedDifference } from "./described.ts";

/** What has come of a comparison. */
export interface DiffReport extends DescribedDiff {
  /** How many match rules and listeners the new side has. */
  readonly rules: number;
  readonly listeners: number;
}

/** What the sides and the kinds of differences are called. */
export interface DiffWords {
  readonly old: string;
  readonly new: string;
  readonly titles: Readonly<Record<DescribedDifference["kind"], string>>;
}

/** Of a change, in capitals where nobody should miss it. */
export const ofChange: DiffWords = {
  old: "was",
  new: "now",
  titles: {
    "new-relay": "NEWLY RELAYED FOR OUTSIDERS",
    "new-accept": "newly accepted",
    lost: "newly refused",
    destination: "other destination",
    reply: "other reply",
    listener: "listener",
    filter: "filters",
    setting: "setting",
  },
};

/** The one-line answer. */
export function summaryOf({ result, differences, assumptions, unproved, rules, listeners }: DiffReport): string {
  const known = differences.filter(({ isExpected }) => isExpected).length;
  const expected = known > 0 ? `, ${known} of them expected` : "";
  const number = differences.length === 1 ? "1 difference" : `${differences.length} differences`;
  switch (result) {
    case "different":
      return `${number} in what becomes of mail${expected}${unproved.length > 0 ? "; not proved that there are no more" : ""}`;
    case "equal": {
      const what = `${rules} match ${rules === 1 ? "rule" : "rules"}, ${listeners} ${listeners === 1 ? "listener" : "listeners"}`;
      return `equal for all messages: proved (${what})${assumptions.length > 0 ? ", if what is assumed holds" : ""}`;
    }
    case "not proved":
      return "no difference found, and not proved that there is none";
  }
}
