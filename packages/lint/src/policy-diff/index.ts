export { describeDiff, type SideNames } from "./describe.ts";
export type { DescribedDiff, DescribedDifference, DescribedSide } from "./described.ts";
export { type ExpectedDifference, readExpected } from "./expected.ts";
export { type DiffReport, type DiffWords, ofChange, summaryOf } from "./summary.ts";
