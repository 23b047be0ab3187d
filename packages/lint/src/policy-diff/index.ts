export {
  type DescribedDiff,
  type DescribedDifference,
  type DescribedPlace,
  type DescribedSide,
  type DifferenceKind,
  describeDiff,
} from "./describe.ts";
export { type ExpectedDifference, readExpected } from "./expected.ts";
