import { failuresOf, resultsByLine, statusOf, type TestItem, testItems } from "@smtpdlint/ide";
import { failureOf } from "@smtpdlint/lint";
import { makeVisible } from "@smtpdlint/model";
import type { CancellationToken, Range } from "vscode-languageserver";
import { chosenResults } from "../policy-tests/chosen-results.ts";
import { rangeIn } from "../policy-tests/features.ts";
import type { Session } from "../session.ts";

interface Item {
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

interface Answer {
  readonly results: readonly LineResult[];
  /** Mistakes in the file, and what keeps its tests from being run. */
  readonly problems: readonly string[];
}

/**
 * For clients that show tests: `smtpdlint/tests` lists the groups and lines of a
 * file, open or not; `smtpdlint/runTests` runs those with `ids`, or all.
 */
export function servePolicyTests(session: Session): void {
  const { connection, tests } = session;
  connection.onRequest(
    "smtpdlint/tests",
    session.guarded<{ uri: string }, { items: readonly Item[] }>({ items: [] }, async ({ uri }, token) => {
      const run = await tests.run(uri, token);
      if (!run) return { items: [] };
      const toItem = ({ id, label, kind, span, children }: TestItem): Item => {
        return { id, label, kind, range: rangeIn(run.loaded.document, span), children: children.map(toItem) };
      };
      return { items: testItems(run.loaded).map(toItem) };
    }),
  );
  connection.onRequest(
    "smtpdlint/runTests",
    session.guarded<{ uri: string; ids: string[] | null }, Answer>({ results: [], problems: [] }, (params, token) =>
      runLines(params.uri, params.ids ?? undefined, token),
    ),
  );

  async function runLines(uri: string, ids: readonly string[] | undefined, token: CancellationToken): Promise<Answer> {
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
}
