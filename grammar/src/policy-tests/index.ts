export { type TestCursor, testCursor } from "./cursor.ts";
export { readTests, type TestReading, type TestSyntaxProblem } from "./read.ts";
export type * from "./tree.ts";
export * as testVocabulary from "./vocabulary.ts";
export { filterAnswers, phases } from "./vocabulary.ts";
