import { type Match, touches } from "@smtpdlint/grammar";
import type { View } from "@smtpdlint/ide";

/** Runs tests of a document, by their ids; shows in words what comes of it. */
export const runTestsCommand = "smtpdlint.runTests";
/** Writes a test for the match rule at a place of a configuration. */
export const writeTestCommand = "smtpdlint.writeTest";

/** The match rule at a place of a document. */
export const matchAt = ({ model, file }: View, offset: number): Match | undefined =>
  model.config.statements.find(
    (statement): statement is Match =>
      statement.kind === "match" &&
      !statement.broken &&
      statement.span.file === file &&
      touches(statement.span, offset),
  );
