export { newTest, testActions } from "./test-actions.ts";
export { completeTests } from "./test-completion.ts";
export { definitionForTests } from "./test-definition.ts";
export { failuresOf, mistakesIn, type TestDiagnostic } from "./test-diagnostics.ts";
export { hoverTests } from "./test-hover.ts";
export { chosenLines, type TestItem, testItems } from "./test-items.ts";
export { ruleLenses, testLenses } from "./test-lenses.ts";
export { resultsByLine, statusOf, type TestView } from "./test-view.ts";
export { testWords } from "./test-words.ts";
