export {
  type DescribedDiff,
  type DescribedDifference,
  type DescribedSide,
  describeDiff,
} from "./describe.ts";
export { type ExpectedDifference, readExpected } from "./expected.ts";
