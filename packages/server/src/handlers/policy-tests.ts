import type { Answer, Item } from "../policy-tests/results.ts";
import type { Session } from "../session.ts";

/**
 * For clients that show tests: `smtpdlint/tests` lists the groups and lines of a
 * file, open or not; `smtpdlint/runTests` runs those with `ids`, or all.
 */
export function servePolicyTests(session: Session): void {
  const { connection, tests } = session;
  connection.onRequest(
    "smtpdlint/tests",
    session.guarded<{ uri: string }, { items: readonly Item[] }>({ items: [] }, async ({ uri }, token) => {
      const { itemsOf } = await import("../policy-tests/results.ts");
      return { items: await itemsOf(await tests.features(), uri, token) };
    }),
  );
  connection.onRequest(
    "smtpdlint/runTests",
    session.guarded<{ uri: string; ids?: unknown }, Answer>(
      { results: [], problems: [] },
      async ({ uri, ids }, token) => {
        const { runLines } = await import("../policy-tests/results.ts");
        return runLines(await tests.features(), uri, Array.isArray(ids) ? ids : undefined, token);
      },
    ),
  );
}
