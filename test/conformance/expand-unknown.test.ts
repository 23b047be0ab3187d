import type { Assumption, Environment } from "@smtpdlint/policy";
import { describedEnvironment } from "@smtpdlint/policy";
import { expect, test } from "vitest";
import { messageOf } from "../../packages/cli/src/trace/batch.ts";
import {
  answersOf,
  canonicalAnswer,
  expanderFor,
  type RecipientVector,
  recipientVectors,
} from "../helpers/recipients.ts";

/** What is taken away from what is known of a machine, and how many answers then stay exact at least, in percent. */
interface Loss {
  readonly name: string;
  readonly change: (environment: Environment) => Partial<Environment>;
  readonly tables?: RecipientVector["files"];
  readonly exact: number;
}

const nothing = () => undefined;

const losses: readonly Loss[] = [
  { name: "users", change: () => ({ user: nothing }), exact: 50 },
  {
    name: "homes",
    change: ({ entry }) => ({ entry: (path) => (path.startsWith("/home/") ? undefined : entry(path)) }),
    exact: 50,
  },
  { name: "files", change: () => ({ entry: nothing }), exact: 45 },
  { name: "tables", change: () => ({}), tables: {}, exact: 35 },
  { name: "addresses and names", change: () => ({ localAddresses: undefined, localNames: undefined }), exact: 99 },
  { name: "the time", change: () => ({ now: undefined }), exact: 99 },
  {
    name: "all",
    change: () => ({ user: nothing, entry: nothing, localAddresses: undefined, localNames: undefined, now: undefined }),
    tables: {},
    exact: 20,
  },
];

for (const [name, read] of recipientVectors) {
  test.each(losses)(`${name}: without $name, what smtpd does is among what may happen`, ({ change, tables, exact }) => {
    const missing: string[] = [];
    let count = 0;
    let exactCount = 0;
    let incomplete = 0;
    for (const vector of read()) {
      const expander = expanderFor(vector, "7.8", change, tables);
      const known = describedEnvironment(vector, "7.8");
      for (const question of vector.messages) {
        const expected = answersOf(question, "7.8").map(withoutDate);
        if (expected.length === 0) continue;
        count++;
        const { alternatives, complete } = expander.expandRecipient(messageOf(question, vector.env.hostname));
        // Of the ways whose assumptions are true one must lead to the answer.
        const possible = alternatives.filter(({ when }) =>
          when.some((way) => way.every((one) => mayBeTrue(one, known))),
        );
        const answers = possible.map(({ result }) => result.answer && withoutDate(canonicalAnswer(result.answer)));
        const isThere = answers.some((answer) => answer === undefined || expected.includes(answer));
        if (!complete) incomplete++;
        if (!isThere && complete) missing.push(`${vector.id} ${question.rcptTo}: ${answers.join(" | ")}`);
        if (!answers.includes(undefined)) exactCount++;
      }
    }
    expect(missing.slice(0, 10)).toEqual([]);
    // Few have too many ways.
    expect((100 * incomplete) / count).toBeLessThan(1);
    expect((100 * exactCount) / count).toBeGreaterThan(exact);
  });
}

/** False if an assumption about a user of the machine or a home contradicts what is known. */
function mayBeTrue({ question, answer }: Assumption, known: Environment): boolean {
  if (question.topic === "user" && question.table === undefined) {
    return (known.user(question.about) === "missing") === (answer === "no");
  }
  if (question.topic === "forward file") {
    const user = known.user(question.about.toLowerCase());
    if (typeof user !== "object") return true;
    const hasHome = known.entry(user.home)?.kind === "folder";
    const isMissing = !hasHome || known.entry(`${user.home}/.forward`)?.kind === "missing";
    return answer === "other" || isMissing;
  }
  return true;
}

/** Rewritten senders hold the date. */
const withoutDate = (answer: string) => answer.replace(/,?"sender":"SRS[^"]*"/g, "");
