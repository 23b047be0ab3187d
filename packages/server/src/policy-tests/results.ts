import { chosenLines, failuresOf, resultsByLine, statusOf, type TestItem, testItems } from "@smtpdlint/ide";
import { failureOf, type TestResult } from "@smtpdlint/lint";
import { count, makeVisible } from "@smtpdlint/model";
import { type CancellationToken, MessageType, type Range, type ShowMessageParams } from "vscode-languageserver";
import { type RunTests, rangeIn, type TestFeatures } from "./features.ts";

export interface Item {
  readonly id: string;
  readonly label: string;
  readonly kind: TestItem["kind"];
  readonly range: Range;
  readonly children: readonly Item[];
}

/** What came of a line. Its messages say why it has not passed. */
interface LineResult {
  readonly id: string;
  readonly status: "passed" | "failed" | "new";
  readonly messages: readonly {
    readonly message: string;
    readonly range: Range;
    readonly expected: string | null;
    readonly actual: string;
  }[];
}

export interface Answer {
  readonly results: readonly LineResult[];
  /** Mistakes in the file, and what keeps its tests from being run. */
  readonly problems: readonly string[];
}

/** The groups and lines of a file. */
export async function itemsOf(tests: TestFeatures, uri: string, token: CancellationToken): Promise<readonly Item[]> {
  const run = await tests.run(uri, token);
  if (!run) return [];
  const toItem = ({ id, label, kind, span, children }: TestItem): Item => {
    return { id, label, kind, range: rangeIn(run.loaded.document, span), children: children.map(toItem) };
  };
  return testItems(run.loaded).map(toItem);
}

/** What comes of the lines and groups with `ids`, or of all. */
export async function runLines(
  tests: TestFeatures,
  uri: string,
  ids: readonly string[] | undefined,
  token: CancellationToken,
): Promise<Answer> {
  const run = await tests.run(uri, token);
  if (!run) return { results: [], problems: ["the file cannot be read"] };
  const { loaded } = run;
  const byLine = resultsByLine(chosenResults(run, ids));
  const items = testItems(loaded).flatMap((item) => (item.kind === "test" ? [item] : item.children));
  const results = items.flatMap(({ id, span }): LineResult[] => {
    const own = byLine.get(span.start);
    if (!own) return [];
    const wrong = own.filter(({ status }) => status !== "passed");
    const messages = wrong.map((result) => {
      const [found] = failuresOf(loaded, [result]);
      const { expected, got } = failureOf(result, loaded.text);
      return {
        message: found?.message ?? "",
        range: rangeIn(loaded.document, found?.span ?? span),
        expected: expected === undefined ? null : makeVisible(expected),
        actual: makeVisible(got.join(", or ")),
      };
    });
    return [{ id, status: statusOf(own), messages }];
  });
  return { results, problems: loaded.problems.map(({ message }) => makeVisible(message)) };
}

/** The same in words, for an editor that has no place of its own for results. Undefined if the file cannot be read. */
export async function resultsInWords(
  tests: TestFeatures,
  uri: string,
  ids: readonly string[] | undefined,
): Promise<ShowMessageParams | undefined> {
  const run = await tests.run(uri);
  if (!run) return undefined;
  const results = chosenResults(run, ids);
  const states = [...resultsByLine(results).values()].map(statusOf);
  const passed = states.filter((status) => status === "passed").length;
  const [first] = failuresOf(run.loaded, results);
  if (!first) return { type: MessageType.Info, message: `${count(passed, "test")} passed` };
  const line = run.loaded.document.positionAt(first.span.start).line + 1;
  const failed = states.length - passed;
  const message = `${failed} of ${count(states.length, "test")} failed; line ${line}: ${first.message}`;
  return { type: MessageType.Warning, message };
}

/** The results of lines and groups by their ids; all without. */
function chosenResults({ loaded, results }: RunTests, ids: readonly string[] | undefined): readonly TestResult[] {
  if (ids === undefined) return results;
  const lines = new Set(chosenLines(loaded, ids).map(({ span }) => span.start));
  return results.filter(({ test }) => lines.has(test.statement.span.start));
}
